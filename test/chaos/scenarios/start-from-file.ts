import type { ChaosRunInput } from '../chaos-run.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startCluster, type Cluster, type ClusterNode } from '../cluster/cluster.js';
import { untilAgreed } from '../checkers/agreement-checker.js';
import { checkLog } from '../checkers/log-checker.js';
import { probe } from '../checkers/probe-checker.js';
import { recordOf, restOrThrow } from '../workload/rest.js';

const agreementTimeoutMs = 20_000;
// The snapshot file is written at most a second after a change (docs/operations/deploy.md).
const fileAgeMs = 2000;
const tenant = 'acme';
const hosts = { open: 'open.example', keyed: 'keyed.example' };

type ScenarioInput = Pick<ChaosRunInput, 'print' | 'interrupted'>;

/**
 * A gateway is killed while the APIs and Redis are down: it restarts from its snapshot file and serves. When
 * they are back, it applies their changes again.
 */
export async function runStartFromFile({ print, interrupted }: ScenarioInput): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-chaos-'));
  const failures: string[] = [];
  const onUnexpectedExit = (reason: string): void => void failures.push(reason);
  const cluster = await startCluster({ folder, onUnexpectedExit, onMessage: () => undefined });
  try {
    const violations = await Promise.race([run(cluster, print), interrupted]);
    const logs = await Promise.all(cluster.logPaths.map((path) => checkLog(path)));
    return [...violations, ...failures, ...logs.flat()];
  } finally {
    await cluster.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(cluster: Cluster, print: (line: string) => void): Promise<string[]> {
  const { apis, gateways, redis } = cluster;
  const gateway = gateways[0];
  if (!gateway) throw new Error('there is no gateway');
  const keys = await declare(cluster);
  await untilAgreed(cluster, agreementTimeoutMs);
  await delay(fileAgeMs);
  await Promise.all([...apis.map(({ process }) => process.kill()), redis.kill(), gateway.process.kill()]);
  print('both APIs, Redis and gateway-1 are killed; only gateway-1 restarts');
  const startedAt = performance.now();
  await gateway.start();
  const readyMs = performance.now() - startedAt;
  const violations = await checkService(gateway, keys);
  const servedMs = performance.now() - startedAt;
  print(
    `ready ${readyMs.toFixed(0)} ms after its start, and answered all handshakes after ${servedMs.toFixed(0)} ms`,
  );
  await redis.restartEmpty();
  await Promise.all(apis.map((api) => api.start()));
  const { position, afterMs, states } = await untilAgreed(cluster, agreementTimeoutMs);
  print(
    `API and Redis are back, Redis without its data: all at ${position ?? '?'} ${afterMs.toFixed(0)} ms later`,
  );
  if (position === null) violations.push(`no agreement: ${states.join(' | ')}`);
  return violations;
}

interface Keys {
  good: string;
  revoked: string;
}

async function declare({ apis, upstreams }: Cluster): Promise<Keys> {
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

async function checkService(gateway: ClusterNode, { good, revoked }: Keys): Promise<string[]> {
  const ready = recordOf(await (await fetch(`${gateway.adminUrl}/readyz`)).json());
  const { source, state } = recordOf(ready['configuration']);
  const probes: [host: string, key: string | null, status: number][] = [
    [hosts.open, null, 101],
    [hosts.keyed, good, 101],
    [hosts.keyed, null, 401],
    [hosts.keyed, revoked, 401],
    ['nobody.example', null, 404],
  ];
  const violations = source === 'file' ? [] : [`/readyz says ${JSON.stringify({ source, state })}`];
  for (const [host, key, status] of probes) {
    const answered = await probe(gateway, host, key);
    if (answered !== status) violations.push(`${host}: expected ${status}, got ${answered}`);
  }
  return violations;
}
