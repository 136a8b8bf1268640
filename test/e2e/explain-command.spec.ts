import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ProgramExit } from '../support/child-program.js';
import { longWait } from '../support/long-wait.js';
import { operatorOf, runSluice } from '../support/sluice-command.js';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';

let sluice: SluiceInProcess;
beforeEach(async () => {
  sluice = await startSluice();
});
afterEach(() => sluice.close());

function explain(url: string, ...options: string[]): Promise<ProgramExit> {
  return runSluice(operatorOf(sluice), 'explain', url, ...options);
}

test('prints the steps of a request that would be dialed, and ends with 0', async () => {
  const { exitCode, output } = await explain(`${sluice.gatewayUrl}/echo?room=7`);
  expect(output).toMatch(
    /^allowed: the gateway would dial an upstream\ngateway: gtw_\w+\n\n {2}gateway +passed\n/,
  );
  expect(output).toMatch(/\n {2}match +passed {2}route \S+ \(rte_\w+\) of demo\n/);
  expect(output).toMatch(/\n {2}address +passed {2}127\.0\.0\.1 allowed\n/);
  expect(exitCode).toBe(0);
});

test('sends key, header fields and subprotocols, prints the code of a refusal, and ends with 1', async () => {
  const route = {
    name: 'guarded',
    match: { path: '/guarded' },
    upstreams: [{ url: sluice.echoUrl }],
    allowedOrigins: ['https://a.example'],
  };
  await sluice.rest.call('POST', '/tenants/demo/routes', route);
  const { key } = (await sluice.rest.call('POST', '/tenants/demo/api-keys', { name: 'web' })) as {
    key: string;
  };
  const url = `${sluice.gatewayUrl}/guarded`;
  const named = ['--header', 'Origin: https://a.example', '--key', key, '--subprotocol', 'v1'];
  await vi.waitFor(async () => expect((await explain(url, ...named)).exitCode).toBe(0), longWait);
  const { output } = await explain(url, ...named, '--subprotocol', 'v2', '--json');
  expect(JSON.parse(output)).toMatchObject({
    request: { origins: ['https://a.example'], subprotocols: ['v1', 'v2'] },
    credential: { keyName: 'web', source: 'header' },
  });
  const refused = await explain(url, '--header', 'Origin: https://b.example', '--key', key);
  expect(refused.output).toMatch(/^refused: 403 origin_forbidden: /);
  expect(refused.output).toMatch(/\n {2}origin +REFUSED\n {2}credential +not reached\n/);
  expect(refused.output).not.toContain(key);
  expect(refused.exitCode).toBe(1);
});

test('explains an ordinary request to the URL of a page', async () => {
  const url = `${sluice.gatewayUrl.replace('ws:', 'http:')}/echo`;
  const { exitCode, output } = await explain(url, '--method', 'get');
  expect(output).toMatch(/^refused: 400 bad_handshake: /);
  expect(exitCode).toBe(1);
});

test('an invalid address or gateway is reported with its field, and the command ends with 2', async () => {
  const { exitCode, output } = await explain(
    `${sluice.gatewayUrl}/echo`,
    '--client-ip',
    'here',
    '--gateway',
    'x',
  );
  expect(exitCode).toBe(2);
  expect(output).toMatch(/^validation_failed: .*\nclientAddress: .*\ngateway: .*\n$/);
});
