import type { PerformanceInput } from '../performance.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { raiseCast, type Cast, type Member } from '../cast/cast.js';
import { untilAgreed } from '../referee/agreement-referee.js';
import { judgeLog } from '../referee/log-referee.js';
import { knock } from '../referee/probe-referee.js';
import { recordOf, restOrThrow } from '../writes/rest.js';

const agreementTimeoutMs = 20_000;
// The file is at most a second older than what the gateway serves (docs/operations/deploy.md).
const fileAgeMs = 2000;
const tenant = 'acme';
const hosts = { open: 'open.example', keyed: 'keyed.example' };

type SceneInput = Pick<PerformanceInput, 'print' | 'interrupted'>;

/**
 * API and Redis are both down when a gateway is killed: it starts again from its file and serves. When they are back, it follows them
 * again.
 */
export async function playFromFile({ print, interrupted }: SceneInput): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-chaos-'));
  const mishaps: string[] = [];
  const onLoss = (how: string): void => void mishaps.push(how);
  const cast = await raiseCast({ folder, onLoss, onMessage: () => undefined });
  try {
    const violations = await Promise.race([play(cast, print), interrupted]);
    const logs = await Promise.all(cast.logPaths.map((path) => judgeLog(path)));
    return [...violations, ...mishaps, ...logs.flat()];
  } finally {
    await cast.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function play(cast: Cast, print: (line: string) => void): Promise<string[]> {
  const { apis, gateways, redis } = cast;
  const gateway = gateways[0];
  if (!gateway) throw new Error('there is no gateway');
  const keys = await declare(cast);
  await untilAgreed(cast, agreementTimeoutMs);
  await delay(fileAgeMs);
  await Promise.all([...apis.map(({ actor }) => actor.kill()), redis.kill(), gateway.actor.kill()]);
  print('both APIs, Redis and gateway-1 are killed; gateway-1 alone starts again');
  const startedAt = performance.now();
  await gateway.actor.start();
  const readyMs = performance.now() - startedAt;
  const violations = await judgeService(gateway, keys);
  const servedMs = performance.now() - startedAt;
  print(
    `ready ${readyMs.toFixed(0)} ms after its start, and had served all below after ${servedMs.toFixed(0)} ms`,
  );
  await redis.restartEmpty();
  await Promise.all(apis.map(({ actor }) => actor.start()));
  const { position, afterMs, standings } = await untilAgreed(cast, agreementTimeoutMs);
  print(
    `API and Redis are back, Redis without its data: all at ${position ?? '?'} ${afterMs.toFixed(0)} ms later`,
  );
  if (position === null) violations.push(`no agreement: ${standings.join(' | ')}`);
  return violations;
}

interface Keys {
  good: string;
  revoked: string;
}

async function declare({ apis, upstreams }: Cast): Promise<Keys> {
  const write = (method: string, path: string, body?: object) =>
    restOrThrow(apis[0]?.url ?? '', method, path, body);
  await write('POST', '/tenants', { slug: tenant });
  const targets = upstreams.map(({ url }) => ({ url }));
  const route = (host: string, mode: string) =>
    write('POST', `/tenants/${tenant}/routes`, {
      match: { host, path: '/' },
      upstreams: targets,
      auth: { mode },
    });
  await route(hosts.open, 'none');
  await route(hosts.keyed, 'apiKey');
  const good = await write('POST', `/tenants/${tenant}/api-keys`, { name: 'good' });
  const revoked = await write('POST', `/tenants/${tenant}/api-keys`, { name: 'revoked' });
  await write('DELETE', `/tenants/${tenant}/api-keys/${String(revoked['id'])}`);
  return { good: String(good['key']), revoked: String(revoked['key']) };
}

async function judgeService(gateway: Member, { good, revoked }: Keys): Promise<string[]> {
  const ready = recordOf(await (await fetch(`${gateway.adminUrl}/readyz`)).json());
  const { source, state } = recordOf(ready['configuration']);
  const knocks: [host: string, key: string | null, status: number][] = [
    [hosts.open, null, 101],
    [hosts.keyed, good, 101],
    [hosts.keyed, null, 401],
    [hosts.keyed, revoked, 401],
    ['nobody.example', null, 404],
  ];
  const violations = source === 'file' ? [] : [`/readyz says ${JSON.stringify({ source, state })}`];
  for (const [host, key, status] of knocks) {
    const answered = await knock(gateway, host, key);
    if (answered !== status) violations.push(`${host}: expected ${status}, got ${answered}`);
  }
  return violations;
}
