import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ChildProgram } from '../support/child-program.js';
import { operatorOf, runSluice, startSluiceCommand } from '../support/sluice-command.js';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';

let sluice: SluiceInProcess;
let client: WebSocket;
beforeEach(async () => {
  sluice = await startSluice();
  client = await openEcho();
});
afterEach(async () => {
  client.terminate();
  await sluice.close();
});

test('prints the frames of a connection until it ends', async () => {
  const tap = startTap(await connectionId(), '--payload', '100');
  await tap.printed(/tap open/);
  client.send('hello');
  await once(client, 'message');
  client.close(1000, 'done');
  const { exitCode, output } = await tap.exited();
  expect(output).toMatch(/\n\S+ con_\w+ > text 5 bytes "hello"\n\S+ con_\w+ < text 5 bytes "hello"\n/);
  expect(output).toMatch(/con_\w+ tap closed 1000 connection ended/);
  expect(exitCode).toBe(0);
});

test('prints the frames of a tenant, including later connections, and exits after --frames', async () => {
  const tap = startTap('--tenant', 'demo', '--frames', '2', '--payload', '9', '--json');
  await tap.printed(/tap open/);
  const second = await openEcho();
  try {
    await tap.printed(/tap open\n.*tap open/);
    second.send('hello');
    const { exitCode, output } = await tap.exited();
    const frames = output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { from: string; payload: { bytes: string } });
    expect(frames.map(({ from, payload }) => [from, payload.bytes])).toEqual([
      ['client', 'aGVsbG8='],
      ['upstream', 'aGVsbG8='],
    ]);
    expect(exitCode).toBe(0);
  } finally {
    second.terminate();
  }
});

test('prints a refusal, and exits with 1', async () => {
  const { exitCode, output } = await runSluice(operatorOf(sluice), 'tap', 'con_01ARZ3NDEKTSV4RRFFQ69G5FAV');
  expect([exitCode, output]).toEqual([1, expect.stringContaining('"code": "not_found"')]);
  const unknown = await runSluice(operatorOf(sluice), 'tap', '--tenant', 'nobody');
  expect([unknown.exitCode, unknown.output]).toEqual([2, expect.stringContaining('not_found')]);
});

async function openEcho(): Promise<WebSocket> {
  const opened = new WebSocket(`${sluice.gatewayUrl}/echo`, { perMessageDeflate: false });
  await once(opened, 'open');
  return opened;
}

async function connectionId(): Promise<string> {
  const { items } = await sluice.rest.call('GET', '/connections');
  return (items as { id: string }[])[0]?.id ?? '';
}

function startTap(...words: string[]): ChildProgram {
  return startSluiceCommand(operatorOf(sluice), 'tap', ...words);
}
