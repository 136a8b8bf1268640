import { request } from 'node:http';
import { randomBytes } from 'node:crypto';
import type { Cluster, ClusterNode } from '../cluster/cluster.js';
import type { Random } from '../../support/random.js';
import type { Ledger, Resource } from '../workload/ledger.js';

const samplesOfATenant = 12;
const answerTimeoutMs = 15_000;

/** Sends handshakes for a sample of the routes to every gateway, and compares the answers with the ledger. */
export async function checkAnswers(
  cluster: Cluster,
  ledger: Ledger,
  { tenants, random }: { tenants: readonly string[]; random: Random },
): Promise<{ violations: string[]; probes: number }> {
  const probes = tenants.flatMap((tenant) => probesOf(ledger, tenant, random));
  const violations: string[] = [];
  for (const gateway of cluster.gateways) {
    for (const { host, key, status, text } of probes) {
      const answered = await probe(gateway, host, key).catch(String);
      if (answered !== status)
        violations.push(`${gateway.process.name}: ${text}: expected ${status}, got ${answered}`);
    }
  }
  return { violations, probes: probes.length * cluster.gateways.length };
}

interface Probe {
  host: string;
  key: string | null;
  status: number;
  text: string;
}

function probesOf(ledger: Ledger, tenant: string, random: Random): Probe[] {
  const ofTenant = ledger.resources.filter(
    (resource) => resource.tenant === tenant && ledger.certain(resource) !== undefined,
  );
  const status = ofTenant.find(({ kind }) => kind === 'tenant')?.possible[0]?.['status'];
  if (status === undefined) return [];
  const isActive = status === 'active';
  const routes = random.shuffled(ofTenant.filter(({ kind }) => kind === 'route'));
  const keys = random.shuffled(ofTenant.filter(({ kind, secret }) => kind === 'apiKey' && secret !== null));
  const sample = routes.slice(0, samplesOfATenant).map((route) => probeRoute(route, isActive));
  const keyed = routes.find(
    ({ possible }) => possible[0]?.['enabled'] === true && possible[0]['mode'] === 'apiKey',
  );
  return [
    ...sample,
    ...(keyed ? keys.slice(0, samplesOfATenant).map((key) => probeKey(key, keyed, isActive)) : []),
  ];
}

function probeRoute({ name, possible }: Resource, isActive: boolean): Probe {
  const fields = possible[0];
  const expected = (): number => {
    if (fields?.['enabled'] !== true) return 404;
    if (!isActive) return 403;
    return fields['mode'] === 'apiKey' ? 401 : 101;
  };
  return {
    host: `${name}.example`,
    key: null,
    status: expected(),
    text: `${name}, ${JSON.stringify(fields)}`,
  };
}

function probeKey({ name, secret, possible }: Resource, route: Resource, isActive: boolean): Probe {
  const isRevoked = possible[0]?.['revoked'] === true;
  const status = !isActive ? 403 : isRevoked ? 401 : 101;
  return {
    host: `${route.name}.example`,
    key: secret,
    status,
    text: `${name}, ${isRevoked ? 'revoked' : 'good'}`,
  };
}

/** The status with which a gateway answers a handshake for this host; the connection is closed at once. */
export function probe({ url }: ClusterNode, host: string, key: string | null): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const headers = {
      ...{ host, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
      'sec-websocket-key': randomBytes(16).toString('base64'),
      ...(key !== null && { 'x-api-key': key }),
    };
    const sent = request({ hostname, port, path: '/', headers, timeout: answerTimeoutMs, agent: false });
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', reject);
    sent.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.end();
  });
}
