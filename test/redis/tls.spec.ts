import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRedisConfigSink } from '#libs/config-bus';
import { createRedisTickets } from '#libs/credentials';
import { RedisError } from '#libs/redis';
import { recordingLogger } from '../support/config-bus/recording-logger.js';
import { freePort } from '../support/free-port.js';
import { ask } from '../support/redis-cluster.js';
import { startRedisServer, type RedisServer } from '../support/redis-server.js';
import { sampleGrant } from '../support/tickets/tickets-contract.js';

const fileOf = (name: string): string => new URL(`../support/certificates/${name}`, import.meta.url).pathname;
const ca = `cacert=${fileOf('ca.crt')}`;
const own = `cert=${fileOf('client.crt')}&key=${fileOf('client.key')}`;

interface TlsServer {
  server: RedisServer;
  port: number;
}

let open: TlsServer;
let guarded: TlsServer;
beforeAll(async () => {
  [open, guarded] = await Promise.all([startWithTls('no'), startWithTls('yes')]);
});
afterAll(() => Promise.all([open.server.stop(), guarded.server.stop()]));

test('Redis is reached if the authority of its certificate is configured', async () => {
  expect(await outcomeOf(`rediss://127.0.0.1:${open.port}?${ca}`)).toEqual(['kept']);
});

test('a Redis that requires a client certificate is reached with one', async () => {
  expect(await outcomeOf(`rediss://127.0.0.1:${guarded.port}?${ca}&${own}`)).toEqual(['kept']);
});

test.each([
  ['of an authority that is not trusted', () => `rediss://127.0.0.1:${open.port}`, /certificate/],
  [
    'of another authority',
    () => `rediss://127.0.0.1:${open.port}?cacert=${fileOf('other-ca.crt')}`,
    /certificate/,
  ],
  ['for another host', () => `rediss://localhost:${open.port}?${ca}`, /does not match certificate/],
])('a certificate %s is refused, and the log says so', async (_what, url, reason) => {
  const [outcome, warned] = await outcomeOf(url());
  expect(outcome).toMatch(reason);
  expect(warned).toMatch(reason);
});

test('a Redis without TLS is reported as unreachable', async () => {
  const { host } = new URL(open.server.url);
  const [outcome] = await outcomeOf(`rediss://${host}?${ca}`);
  expect(outcome).toMatch(/failed/);
});

test('the nodes of a cluster are reached over TLS, for keys of one slot and of several slots', async () => {
  const clusterOptions = [
    '--cluster-enabled',
    'yes',
    '--cluster-announce-ip',
    '127.0.0.1',
    '--tls-cluster',
    'yes',
  ];
  const node = await startWithTls('no', [...clusterOptions, '--cluster-port', String(await freePort())]);
  const slots = Array.from({ length: 16_384 }, (_, slot) => slot);
  await ask(node.server, (redis) => redis.cluster('ADDSLOTS', ...slots));
  const url = `rediss+cluster://127.0.0.1:${node.port}?${ca}`;
  const sink = createRedisConfigSink({ url, prefix: 'test', logger: recordingLogger().logger });
  await expect.poll(() => sink.lead().catch(String)).toBe(true);
  await sink.close();
  expect(await outcomeOf(url)).toEqual(['kept']);
  const other = {
    url: url.replace('ca.crt', 'other-ca.crt'),
    prefix: 'test',
    logger: recordingLogger().logger,
  };
  const refused = createRedisConfigSink(other);
  await expect(refused.readPosition()).rejects.toThrow(/no node of the cluster answers: .*certificate/);
  await refused.close();
  expect(await outcomeOf(other.url)).not.toContain('kept');
  await node.server.stop();
});

async function startWithTls(authClients: 'yes' | 'no', options: string[] = []): Promise<TlsServer> {
  const port = await freePort();
  const files = ['--tls-cert-file', fileOf('default.crt'), '--tls-key-file', fileOf('default.key')];
  const authority = ['--tls-ca-cert-file', fileOf('ca.crt'), '--tls-auth-clients', authClients];
  const server = await startRedisServer(null, [
    '--tls-port',
    String(port),
    ...files,
    ...authority,
    ...options,
  ]);
  return { server, port };
}

/** The outcome of a ticket, and the logged warnings. */
async function outcomeOf(url: string): Promise<string[]> {
  const { logger, lines } = recordingLogger();
  const tickets = createRedisTickets({ url, prefix: `test-${randomUUID()}`, logger });
  try {
    await tickets.issue('hash', sampleGrant(), 30);
    const redeemed = await tickets.redeem('hash');
    const outcome = redeemed.ok && redeemed.grant !== null ? 'kept' : 'lost';
    return [outcome, ...warningsOf(lines)];
  } catch (error) {
    expect(error).toBeInstanceOf(RedisError);
    return [String(error), ...warningsOf(lines)];
  } finally {
    await tickets.close();
  }
}

function warningsOf(lines: ReturnType<typeof recordingLogger>['lines']): string[] {
  return lines.filter(({ level }) => level === 'warn').map(({ fields }) => JSON.stringify(fields));
}
