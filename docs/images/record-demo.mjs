// Runs the demo of the README on free ports and writes what its three terminals show, as an
// animation: npm run docs:demo
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { drawTerminals } from './draw-terminals.mjs';
import { TerminalSession } from './terminal-session.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const target = fileURLToPath(new URL('demo.svg', import.meta.url));
const token = 'an-admin-token-for-the-demo';
// The time for a person to read before the next thing happens.
const pauseMs = 1200;

const dataDir = mkdtempSync(join(tmpdir(), 'sluice-demo-'));
const children = [];
try {
  const urls = await startSluice();
  writeFileSync(target, drawTerminals(await record(urls)));
  console.log(`${target} was written`);
} finally {
  for (const child of children) child.kill();
  rmSync(dataDir, { recursive: true, force: true });
}

async function startSluice() {
  const listen = ['API', 'GATEWAY', 'GATEWAY_ADMIN', 'ECHO'].map((name) => [
    `SLUICE_${name}_LISTEN`,
    '127.0.0.1:0',
  ]);
  const settings = { ...Object.fromEntries(listen), SLUICE_DATA_DIR: dataDir, SLUICE_ADMIN_TOKEN: token };
  const sluice = start(process.execPath, ['dist/apps/all-in-one/main.js'], settings);
  let text = '';
  for await (const chunk of sluice.stdout.setEncoding('utf8')) {
    text += chunk;
    const [, api, gateway] = /API +(http:\S+)\/v1[\s\S]*gateway +(ws:\S+)[\s\S]*Try it/.exec(text) ?? [];
    if (gateway) return { api, gateway };
  }
  throw new Error(`Sluice did not start: ${text}`);
}

async function record({ api, gateway }) {
  const session = new TerminalSession([
    [api, 'http://127.0.0.1:3000'],
    [gateway, 'ws://127.0.0.1:8080'],
  ]);
  const { key, id } = await createKey(api);
  const environment = { SLUICE_API_URL: api, SLUICE_ADMIN_TOKEN: token };
  const command = 'dist/apps/cli/main.js';

  session.type('client', `./sluice connect ${gateway}/chat --key $KEY`);
  const client = start(process.execPath, [command, 'connect', `${gateway}/chat`, '--key', key]);
  session.follow('client', client);
  await session.shows('client', /connected/);
  await delay(pauseMs);

  session.type('tap', './sluice tap --tenant acme --payload 100');
  const tap = start(process.execPath, [command, 'tap', '--tenant', 'acme', '--payload', '100'], environment);
  session.follow('tap', tap);
  await session.shows('tap', /tap open/);
  for (const [line, count] of [
    ['hello', 2],
    ['is anybody there?', 4],
  ]) {
    await delay(pauseMs);
    session.add('client', `> ${line}`);
    client.stdin.write(`${line}\n`);
    await session.shows('tap', / text /, count);
  }

  await delay(pauseMs);
  session.type('operator', 'curl -X DELETE $API/tenants/acme/api-keys/$KEY_ID -H "$AUTH"');
  const address = `${api}/v1/tenants/acme/api-keys/${id}`;
  start('curl', ['--silent', '--request', 'DELETE', address, '--header', `Authorization: Bearer ${token}`]);
  await session.shows('client', /^closed/);
  await session.shows('tap', /tap closed/);
  return session.terminals;
}

async function createKey(api) {
  const post = async (path, body) => {
    const response = await globalThis.fetch(`${api}/v1${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', Prefer: 'wait=5' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };
  const demo = await globalThis.fetch(`${api}/v1/tenants/demo/routes`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  const { items } = await demo.json();
  await post('/tenants', { slug: 'acme' });
  await post('/tenants/acme/routes', { match: { path: '/chat' }, upstreams: items[0].upstreams });
  return post('/tenants/acme/api-keys', { name: 'web' });
}

function start(program, options, environment = {}) {
  const child = spawn(program, options, {
    cwd: root,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}
