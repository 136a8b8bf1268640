import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';
import { longWait } from '../support/long-wait.js';
import type { ProgramExit } from '../support/child-program.js';
import { operatorOf, runSluice } from '../support/sluice-command.js';
import { testCertificate } from '../support/tls-certificates.js';

let sluice: SluiceInProcess;
beforeEach(async () => {
  sluice = await startSluice();
});
afterEach(() => sluice.close());

test.each(['yaml', 'json'])('an issued key connects again after a restore from %s', async (form) => {
  const file = join(sluice.dataDir, `config.${form}`);
  const route = { match: { path: '/kept' }, upstreams: [{ url: sluice.echoUrl }] };
  await sluice.rest.call('POST', '/tenants/demo/routes', route);
  const { key } = (await sluice.rest.call('POST', '/tenants/demo/api-keys', { name: 'web' })) as {
    key: string;
  };
  await vi.waitFor(async () => expect(await connects(key)).toBe(true), longWait);
  expect((await run('export', file)).exitCode).toBe(0);
  const saved = await readFile(file, 'utf8');
  expect(saved).not.toContain(key);
  expect((await run('diff', file)).exitCode).toBe(0);

  await sluice.rest.call('PUT', '/config?deleteTenants=true', { version: 1, tenants: [] });
  await vi.waitFor(async () => expect(await connects(key)).toBe(false), longWait);
  const differing = await run('diff', file);
  expect([differing.exitCode, differing.output]).toEqual([1, expect.stringContaining('+ tenant demo')]);
  expect((await run('apply', file)).exitCode).toBe(0);
  await vi.waitFor(async () => expect(await connects(key)).toBe(true), longWait);
  await run('export', file);
  expect(await readFile(file, 'utf8')).toBe(saved);
});

test('an apply does not affect the live connections of unchanged routes', async () => {
  const file = join(sluice.dataDir, 'config.json');
  const route = { match: { path: '/kept' }, upstreams: [{ url: sluice.echoUrl }], auth: { mode: 'none' } };
  await sluice.rest.call('POST', '/tenants/demo/routes', route);
  await vi.waitFor(async () => expect(await connects('')).toBe(true), longWait);
  const client = new WebSocket(`${sluice.gatewayUrl}/kept`);
  await once(client, 'open');
  await run('export', file);
  const document = JSON.parse(await readFile(file, 'utf8')) as { tenants: object[] };
  document.tenants.push({ slug: 'added' });
  await writeFile(file, JSON.stringify(document));
  const applied = await run('apply', file);
  expect([applied.exitCode, applied.output]).toEqual([0, expect.stringContaining('+ tenant added')]);
  client.send('hello');
  expect(String((await once(client, 'message'))[0])).toBe('hello');
  client.close();
  await once(client, 'close');
});

test('an error is printed with file, line, tenant and resource, and exits with 2; the token is never printed', async () => {
  const file = join(sluice.dataDir, 'config.yaml');
  const wrong: [string, string][] = [
    [
      `version: 1\ntenants:\n  - slug: acme\n    speed: high\n`,
      `:4: tenant acme: speed: there is no such field`,
    ],
    [
      `version: 1\ntenants:\n  - slug: acme\n    routes:\n      - name: chat\n        match:\n          path: nowhere\n        upstreams: [{ url: 'ws://10.0.0.5' }]\n`,
      `:7: tenant acme, route chat: match.path: `,
    ],
    [
      `version: 1\ntenants:\n  - slug: acme\n    apiKeys:\n      - name: web\n        prefix: slc_AbC123dEf456\n`,
      `:5: tenant acme, API key web: secretHash: `,
    ],
    ['tenants: [', 'line 1'],
    ['version: 1\ntenants: []\n', ':2: tenants: the tenant "demo" is not there'],
  ];
  for (const [text, expected] of wrong) {
    await writeFile(file, text);
    const { exitCode, output } = await run('apply', file);
    expect([exitCode, output]).toEqual([2, expect.stringContaining(expected)]);
    expect(output).toContain(file);
    expect(output).not.toContain(sluice.adminToken);
  }
  const misused = [
    ['apply', `${file}.txt`],
    ['diff', `${file}.json`],
    ['diff', file, '--delete-tenants'],
    ['erase', file],
  ];
  for (const words of misused) expect((await run(...words)).exitCode).toBe(2);
});

test('with --tenant and --label, the commands read and write only the resources in the scope', async () => {
  const file = join(sluice.dataDir, 'config.yaml');
  const route = (name: string, labels: object): object => ({
    ...{ name, labels, match: { path: `/${name}` }, upstreams: [{ url: sluice.echoUrl }] },
  });
  await sluice.rest.call('PUT', '/tenants/acme', { name: 'Acme' });
  await sluice.rest.call('PUT', '/tenants/acme/routes/chat', route('chat', { by: 'git' }));
  await sluice.rest.call('PUT', '/tenants/acme/routes/own', route('own', {}));
  const scope = ['--tenant', 'acme', '--label', 'by=git'];
  expect((await run('export', file, ...scope)).exitCode).toBe(0);
  const text = await readFile(file, 'utf8');
  expect([text.includes('/chat'), text.includes('/own'), text.includes('demo')]).toEqual([
    true,
    false,
    false,
  ]);
  expect((await run('diff', file, ...scope)).exitCode).toBe(0);

  await writeFile(file, text.replaceAll('/chat', '/talk'));
  const differing = await run('diff', file, ...scope);
  expect([differing.exitCode, differing.output]).toEqual([1, expect.stringContaining('/talk')]);
  const applied = await run('apply', file, ...scope);
  expect([applied.exitCode, applied.output.includes('/own')]).toEqual([0, false]);
  const { items } = (await sluice.rest.call('GET', '/tenants/acme/routes')) as { items: { name: string }[] };
  expect(items.map(({ name }) => name).sort()).toEqual(['chat', 'own']);

  await writeFile(file, text.replace('by: git', 'by: hand'));
  const refused = await run('apply', file, ...scope);
  expect([refused.exitCode, refused.output]).toEqual([
    2,
    expect.stringContaining('is outside of the scope tenant=acme&label=by=git'),
  ]);
});

test('a tenant is deleted only with --delete-tenants; a dry run exits like the call, and changes nothing', async () => {
  const file = join(sluice.dataDir, 'config.yaml');
  await writeFile(file, 'version: 1\ntenants:\n  - slug: acme\n');
  for (const flags of [[], ['--dry-run']]) {
    const refused = await run('apply', file, ...flags);
    expect([refused.exitCode, refused.output]).toEqual([
      2,
      expect.stringContaining('apply FILE --delete-tenants'),
    ]);
    expect(refused.output).toContain('the tenant "demo"');
  }
  const dry = await run('apply', file, '--dry-run', '--delete-tenants');
  expect([dry.exitCode, dry.output]).toEqual([0, expect.stringContaining('- tenant demo: would be DELETED')]);
  const differing = await run('diff', file);
  expect([differing.exitCode, differing.output]).toEqual([1, expect.stringContaining('- tenant demo')]);
  expect((await run('apply', file, '--delete-tenants')).exitCode).toBe(0);
  expect((await run('diff', file)).exitCode).toBe(0);
});

test('an exported file is readable only by its owner, even if the file existed before, and is reproducible', async () => {
  const file = join(sluice.dataDir, 'config.yaml');
  await writeFile(file, 'something else', { mode: 0o644 });
  expect((await run('export', file)).exitCode).toBe(0);
  const first = await readFile(file, 'utf8');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await run('export', file);
  expect(await readFile(file, 'utf8')).toBe(first);
});

test('an export has the fields that differ from their defaults, with --full all fields, and both are equivalent', async () => {
  const [short, full] = [join(sluice.dataDir, 'short.yaml'), join(sluice.dataDir, 'full.yaml')];
  expect((await run('export', short)).exitCode).toBe(0);
  expect((await run('export', full, '--full')).exitCode).toBe(0);
  expect(await readFile(short, 'utf8')).not.toMatch(/timeouts|maxConnections/);
  expect(await readFile(full, 'utf8')).toMatch(/timeouts:\n +connectMs: 5000/);
  for (const file of [short, full]) {
    expect((await run('diff', file)).exitCode).toBe(0);
    expect((await run('apply', file)).output).toContain('no difference');
  }
  expect((await run('diff', full, '--full')).exitCode).toBe(2);
});

test('the API is reached over TLS only if its certificate is trusted', async () => {
  const file = join(sluice.dataDir, 'config.yaml');
  const certificate = {
    cert: await testCertificate('default.crt'),
    key: await testCertificate('default.key'),
  };
  const { port: apiPort } = new URL(sluice.apiUrl);
  const proxy = createServer(certificate, (socket) => {
    const onward = connect(Number(apiPort), '127.0.0.1');
    socket.on('error', () => onward.destroy());
    onward.on('error', () => socket.destroy());
    socket.pipe(onward).pipe(socket);
  }).listen(0, '127.0.0.1');
  try {
    await once(proxy, 'listening');
    const address = proxy.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const overTls = { ...operatorOf(sluice), SLUICE_API_URL: `https://127.0.0.1:${String(port)}/` };
    const untrusted = await runSluice(overTls, 'export', file);
    expect([untrusted.exitCode, untrusted.output]).toEqual([2, expect.stringContaining('cannot be reached')]);
    const NODE_EXTRA_CA_CERTS = 'test/support/certificates/ca.crt';
    expect(await runSluice({ ...overTls, NODE_EXTRA_CA_CERTS }, 'export', file)).toMatchObject({
      exitCode: 0,
    });
  } finally {
    proxy.close();
  }
});

function run(...words: string[]): Promise<ProgramExit> {
  return runSluice(operatorOf(sluice), ...words);
}

async function connects(key: string): Promise<boolean> {
  const client = new WebSocket(
    `${sluice.gatewayUrl}/kept`,
    key === '' ? {} : { headers: { 'X-Api-Key': key } },
  );
  const outcome = new Promise<boolean>((settle) => {
    client.on('error', () => settle(false));
    client.once('open', () => settle(true));
  });
  const isOpen = await outcome;
  client.terminate();
  return isOpen;
}
