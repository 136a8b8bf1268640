import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ChildProgram } from '../support/child-program.js';
import { DocumentedGateway, keySources, withoutKey } from './documented-gateway.js';
import { pythonWithWebSockets } from './python.js';

const heading = 'Browsers, ws and Python';
const program = fileURLToPath(new URL('visit.py', import.meta.url));
let gateway: DocumentedGateway;

beforeAll(async () => {
  gateway = await DocumentedGateway.start();
});

afterEach(() => gateway.reset());

afterAll(() => gateway.close());

function visit(url: string, source: string, key: string): ChildProgram {
  const environment = { ROUTE: url, SOURCE: source, KEY: key };
  const command = [pythonWithWebSockets(), program] as const;
  return new ChildProgram({ name: 'python', command, environment }).start();
}

async function printedLine(visitor: ChildProgram, pattern: RegExp): Promise<unknown> {
  const [line] = await visitor.printed(pattern);
  return JSON.parse(line);
}

const exchanged = {
  text: 'grüße',
  binary: [0, 255, 128],
  subprotocol: 'chat.v1',
  extensions: expect.stringContaining('permessage-deflate') as string,
};

test('the documented client in Python gets its answer', async () => {
  await gateway.publish(heading, gateway.echoPort);
  expect(await gateway.run(heading, 'python')).toBe('hello\n');
});

test.each(keySources)(
  "Python's websockets exchanges compressed messages with a key in the %s, and is closed with 1008 when it is revoked",
  async (source) => {
    const { url } = await gateway.publish(heading, gateway.echoPort);
    const { key, revoke } = await gateway.key();
    const visitor = visit(url, source, key);
    expect(await printedLine(visitor, /\{"text.*\n/)).toEqual(exchanged);
    await revoke();
    expect(await printedLine(visitor, /\{"code.*\n/)).toEqual({ code: 1008, reason: 'key revoked' });
    expect(await visitor.exited()).toMatchObject({ exitCode: 0 });
  },
);

test("Python's websockets is closed with 1012 at a drain", async () => {
  const { url, change } = await gateway.publish(heading, gateway.echoPort, withoutKey);
  const visitor = visit(url, 'none', '');
  expect(await printedLine(visitor, /\{"text.*\n/)).toEqual(exchanged);
  await change({ upstreams: [{ url: 'http://127.0.0.1:9' }] });
  expect(await printedLine(visitor, /\{"code.*\n/)).toMatchObject({ code: 1012 });
  await visitor.exited();
});
