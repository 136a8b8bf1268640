import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { generateApiKey } from '#libs/credentials';
import { longWait } from '../support/long-wait.js';
import { SluiceProcess } from '../support/sluice-process.js';
import { testSettings } from '../support/sluice-settings.js';
import { testCertificate } from '../support/tls-certificates.js';
import { TokenIssuer } from '../support/token-issuer.js';
import {
  connectWithKeys,
  connectWithTickets,
  connectWithTokens,
  type Keys,
} from './secrets/connect-with-credentials.js';
import { KeptSecrets } from './secrets/kept-secrets.js';
import { SecretWorld } from './secrets/secret-world.js';

// One run presents every kind of secret in every possible place, with and without success. Afterwards no
// output of Sluice contains a secret in plain text. The log level is `trace`.

/** The places that must contain the fields of a route, so that gateways get them. */
const published = ['database', 'redis', 'redis traffic', 'snapshot'];

const adminToken = randomBytes(32).toString('hex');
const redisPassword = randomBytes(24).toString('base64url');
const headerOfUpstream = randomBytes(24).toString('base64url');
const acme = '/v1/tenants/acme';

let world: SecretWorld;
let issuer: TokenIssuer;
const secrets = new KeptSecrets();
beforeAll(async () => {
  issuer = await TokenIssuer.start();
  world = await SecretWorld.start({ adminToken, redisPassword });
  secrets.keep('the admin token', adminToken);
  secrets.keep('the password of Redis', redisPassword);
  secrets.keep('a header for the upstream', headerOfUpstream, [...published, 'rest', 'upstream']);
  await everything();
}, 120_000);
afterAll(async () => {
  await world.remove();
  await issuer.close();
});

describe('after a run with all kinds of secrets', () => {
  test('the outputs of every place have been collected', () => {
    expect(world.evidence.places).toEqual([
      ...['api log', 'api metrics', 'database', 'events', 'gateway log', 'gateway metrics', 'redis'],
      ...[
        'redis traffic',
        'refusals',
        'rest',
        'snapshot',
        'tap with payload',
        'tap without payload',
        'upstream',
      ],
      'wrong password log',
    ]);
  });

  test('the scan finds the private key of a route where it belongs', () => {
    const [key] = secrets.all.filter(({ name }) => name === 'the private key of a route');
    const places = new Set(world.evidence.findings(key ?? { text: '' }).map(({ place }) => place));
    expect([...places].sort()).toEqual(published);
  });

  test('no key, ticket, token or password is anywhere in plain text', () => {
    expect(secrets.all.length).toBeGreaterThan(25);
    expect(world.evidence.leaks(secrets.all)).toEqual([]);
  });
});

async function everything(): Promise<void> {
  const routes = await makeRoutes();
  await keepStickyKey();
  const keys = await makeKeys();
  await world.listen('events', '/v1/events', { token: adminToken });
  await world.listen('events', '/v1/events', { protocols: ['sluice.events', `sluice.token.${keys.manage}`] });
  await world.rest('PATCH', `${acme}/routes/${routes.tls}`, { name: 'renamed' });
  await connectWithKeys(world, secrets, keys);
  await connectWithTickets(world, secrets, keys);
  await connectWithTokens(world, secrets, issuer, keys.connect);
  expect((await world.connect('/tls')).outcome).toBe('open');
  await tapWithoutAndWithPayload(keys);
  await askRest(keys);
  await refuseWrites();
  await world.collectDatabase();
  await world.collectRedis();
  await failWithoutRedis(keys);
  await startWithWrongPassword();
  await world.collectMetrics();
  await world.stopAndCollect();
}

async function makeRoutes(): Promise<{ tls: string }> {
  await world.rest('POST', '/v1/tenants', { slug: 'acme' });
  const { plain, tls } = world.upstreams;
  const upstreams = [{ url: `ws://127.0.0.1:${plain.port}` }];
  const jwt = { issuer: issuer.issuer, audience: [issuer.audience], keys: issuer.keys };
  const [ca, clientCertificate, clientKey = ''] = await Promise.all(
    ['ca.crt', 'client.crt', 'client.key'].map(testCertificate),
  );
  secrets.keep('the private key of a route', clientKey.split('\n')[2] ?? '', published);
  const set = { Authorization: `Bearer ${headerOfUpstream}` };
  for (const route of [
    { match: { path: '/key' }, upstreams, requestHeaders: { set } },
    { match: { path: '/jwt' }, upstreams, auth: { mode: 'jwt', jwt } },
    { match: { path: '/dead' }, upstreams: [{ url: 'ws://127.0.0.1:9' }] },
    { match: { path: '/none' }, upstreams, auth: { mode: 'none' } },
    { match: { path: '/sticky' }, upstreams, auth: { mode: 'none' }, balancing: 'sticky' },
  ]) {
    expect((await world.rest('POST', `${acme}/routes`, route)).status).toBe(201);
  }
  const { body } = await world.rest(
    'POST',
    `${acme}/routes`,
    {
      match: { path: '/tls' },
      upstreams: [{ url: `wss://127.0.0.1:${tls.port}` }],
      upstreamTls: { serverName: 'chat.test', ca, clientCertificate, clientKey },
      auth: { mode: 'none' },
    },
    { headers: { prefer: 'wait=5' } },
  );
  return { tls: String(body['id']) };
}

async function makeKeys(): Promise<Keys> {
  const make = async (name: string, body: object = {}): Promise<{ id: string; key: string }> => {
    const headers = { prefer: 'wait=5', 'idempotency-key': name };
    const path = `${acme}/api-keys`;
    const extras = { headers, showsSecret: true };
    const answer = (await world.rest('POST', path, { name, ...body }, extras)).body;
    secrets.keepKey(`the key ${name}`, String(answer['key']));
    // A repeated POST: the stored answer must not contain the key.
    await world.rest('POST', path, { name, ...body }, { headers });
    return { id: String(answer['id']), key: String(answer['key']) };
  };
  const [connect, manage, read] = [
    await make('connect'),
    await make('manage', { scopes: ['manage', 'connect'] }),
    await make('read', { scopes: ['read'] }),
  ];
  const expiresAt = new Date(Date.now() + 5000).toISOString();
  const expired = await make('expired', { expiresAt });
  const revoked = await make('revoked');
  const rotated = await make('rotated');
  await world.rest('DELETE', `${acme}/api-keys/${revoked.id}`);
  const rotation = `${acme}/api-keys/${rotated.id}/rotate`;
  const headers = { prefer: 'wait=5' };
  const { body } = await world.rest('POST', rotation, { graceSeconds: 600 }, { showsSecret: true, headers });
  const after = secrets.keepKey('the key after a rotation', String(body['key']));
  const all = { connect: connect.key, connectId: connect.id, manage: manage.key, read: read.key };
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(Date.parse(expiresAt)), longWait);
  return { ...all, expired: expired.key, revoked: revoked.key, before: rotated.key, after };
}

async function tapWithoutAndWithPayload({ connect }: Keys): Promise<void> {
  const whisper = secrets.keep(
    'a message under a tap without payload',
    randomBytes(30).toString('base64url'),
  );
  for (const [place, query, message] of [
    ['tap without payload', '', whisper],
    ['tap with payload', '?payloadBytes=200', 'a public message'],
  ] as const) {
    const { socket } = await world.connect(`/key?room=${place.length}&api_key=${connect}`);
    const { body } = await world.rest('GET', '/v1/connections?tenant=acme&limit=200');
    const id = (body['items'] as { id: string }[]).at(-1)?.id ?? '';
    const frames = await world.listen(place, `/v1/connections/${id}/tap${query}`, { token: adminToken });
    const echoed = once(socket, 'message');
    socket.send(message);
    await echoed;
    await vi.waitFor(() => expect(frames.join('')).toContain('upstream'), longWait);
    socket.close();
    await once(socket, 'close');
  }
}

async function askRest({ connect, manage, read, revoked }: Keys): Promise<void> {
  const operator = await world.rest(
    'POST',
    '/v1/operators',
    { name: 'Ada', role: 'admin' },
    { showsSecret: true },
  );
  const token = secrets.keepKey('the token of an operator', String(operator.body['token']));
  const wrong = secrets.keep('a wrong token', randomBytes(32).toString('hex'));
  const unknown = secrets.keepKey('a key that the API does not know', generateApiKey().key);
  for (const [presented, status] of [
    [token, 200],
    [manage, 200],
    [read, 200],
    [connect, 403],
    [revoked, 401],
    [wrong, 401],
    [unknown, 401],
  ] as const) {
    expect((await world.rest('GET', acme, undefined, { token: presented })).status).toBe(status);
  }
  await world.rest('DELETE', `/v1/operators/${String(operator.body['id'])}`);
  expect((await world.rest('GET', acme, undefined, { token })).status).toBe(401);
  for (const path of [
    `/v1/tenants?token=${manage}`,
    `/v1/tenants/${manage}`,
    `/v1/connections?key=${manage}`,
  ]) {
    expect((await world.rest('GET', path)).status).toBeGreaterThanOrEqual(400);
  }
  const misplaced = { name: 'x', expiresAt: manage, secret: manage, scopes: [manage] };
  expect((await world.rest('POST', `${acme}/api-keys`, misplaced)).status).toBe(422);
  expect(
    (await world.rest('POST', `${acme}/api-keys`, undefined, { raw: `{"name": ${manage}}` })).status,
  ).toBe(400);
  for (const list of ['tenants', 'operators', 'gateways', 'connections', 'audit']) {
    expect((await world.rest('GET', `/v1/${list}?limit=200`)).status).toBe(200);
  }
  for (const list of ['routes', 'api-keys', 'usage']) {
    expect((await world.rest('GET', `${acme}/${list}`)).status).toBe(200);
  }
}

async function keepStickyKey(): Promise<void> {
  const headers = { prefer: 'wait=5' };
  expect((await world.rest('POST', `${acme}/sticky-key/rotate`, {}, { headers })).status).toBe(200);
  expect((await world.connect('/sticky')).outcome).toBe('open');
  const [row] = await query<{ secret: string; previousSecret: string }>('SELECT * FROM sticky_keys');
  secrets.keep('a key that signs sticky cookies', row?.secret ?? '', published);
  secrets.keep('the previous key of sticky cookies', row?.previousSecret ?? '', published);
}

function query<Row>(statement: string): Promise<Row[]> {
  const database = new sqlite3.Database(join(world.folder, 'api', 'sluice.db'), sqlite3.OPEN_READONLY);
  return new Promise<Row[]>((resolve, reject) => {
    database.all<Row>(statement, (error, rows) => (error ? reject(error) : resolve(rows)));
  }).finally(() => database.close());
}

/** Writes with secret values that fail in the database, at the first or a later statement. */
async function refuseWrites(): Promise<void> {
  const database = new sqlite3.Database(join(world.folder, 'api', 'sluice.db'));
  const run = (statement: string): Promise<void> =>
    new Promise((resolve, reject) => {
      database.run(statement, (error) => (error ? reject(error) : resolve()));
    });
  const [clientCertificate, clientKey] = await Promise.all(['client.crt', 'client.key'].map(testCertificate));
  const route = {
    match: { path: '/refused' },
    upstreams: [{ url: 'wss://127.0.0.1:9' }],
    upstreamTls: { clientCertificate, clientKey },
    requestHeaders: { set: { Authorization: headerOfUpstream } },
  };
  for (const [begin, end, code] of [
    ['BEGIN IMMEDIATE', 'ROLLBACK', 'storage_unavailable'],
    [
      "CREATE TRIGGER broken BEFORE INSERT ON routes BEGIN SELECT RAISE(ABORT, 'on command'); END",
      'DROP TRIGGER broken',
      'internal_error',
    ],
  ] as const) {
    await run(begin);
    expect((await world.rest('POST', `${acme}/routes`, route)).body).toMatchObject({ code });
    await run(end);
  }
  await new Promise((resolve) => database.close(resolve));
}

async function failWithoutRedis({ connect, connectId, manage }: Keys): Promise<void> {
  const issued = await world.rest('POST', `${acme}/api-keys/${connectId}/tickets`, {}, { showsSecret: true });
  const ticket = secrets.keepKey('a ticket that is not redeemed', String(issued.body['ticket']));
  await world.redis.kill();
  await Promise.all(
    Object.values(world.programs).map((program) => program.printed(/Redis cannot be reached/)),
  );
  expect((await world.connect(`/key?ticket=${ticket}`)).outcome).toBe('503 tickets_unavailable');
  expect((await world.connect(`/key?api_key=${connect}`)).outcome).toBe('open');
  expect((await world.rest('POST', `${acme}/api-keys/${connectId}/tickets`)).status).toBe(503);
  expect((await world.rest('GET', '/v1/connections', undefined, { token: manage })).status).toBe(503);
  await world.redis.start();
  await world.programs.gateway.printed(/Redis can be reached again/);
  await world.collectRedis();
}

async function startWithWrongPassword(): Promise<void> {
  const wrong = secrets.keep('a wrong password for Redis', randomBytes(24).toString('base64url'));
  const gateway = SluiceProcess.start('gateway', {
    ...testSettings,
    SLUICE_REDIS_URL: world.redis.url.replace(redisPassword, wrong),
    SLUICE_DATA_DIR: join(world.folder, 'stranger'),
    SLUICE_LOG_LEVEL: 'trace',
  });
  await gateway.printed(/Redis cannot be reached/);
  world.evidence.add('wrong password log', (await gateway.stop()).output);
}
