import { request } from 'node:http';
import { randomBytes } from 'node:crypto';
import type { Cast, Member } from '../cast/cast.js';
import type { Random } from '../../support/random.js';
import type { Ledger, Thing } from '../writes/ledger.js';

const samplesOfATenant = 12;
const answerTimeoutMs = 15_000;

/** Knocks at every gateway for a sample of the routes, and holds the answers against what the ledger has. */
export async function judgeAnswers(
  cast: Cast,
  ledger: Ledger,
  { tenants, random }: { tenants: readonly string[]; random: Random },
): Promise<{ violations: string[]; probes: number }> {
  const knocks = tenants.flatMap((tenant) => knocksOf(ledger, tenant, random));
  const violations: string[] = [];
  for (const gateway of cast.gateways) {
    for (const { host, key, status, text } of knocks) {
      const answered = await knock(gateway, host, key).catch(String);
      if (answered !== status)
        violations.push(`${gateway.actor.name}: ${text}: expected ${status}, got ${answered}`);
    }
  }
  return { violations, probes: knocks.length * cast.gateways.length };
}

interface Knock {
  host: string;
  key: string | null;
  status: number;
  text: string;
}

function knocksOf(ledger: Ledger, tenant: string, random: Random): Knock[] {
  const ofTenant = ledger.things.filter(
    (thing) => thing.tenant === tenant && ledger.certain(thing) !== undefined,
  );
  const status = ofTenant.find(({ kind }) => kind === 'tenant')?.possible[0]?.['status'];
  if (status === undefined) return [];
  const isActive = status === 'active';
  const routes = random.shuffled(ofTenant.filter(({ kind }) => kind === 'route'));
  const keys = random.shuffled(ofTenant.filter(({ kind, secret }) => kind === 'apiKey' && secret !== null));
  const usual = routes.slice(0, samplesOfATenant).map((route) => knockAt(route, isActive));
  const keyed = routes.find(
    ({ possible }) => possible[0]?.['enabled'] === true && possible[0]['mode'] === 'apiKey',
  );
  return [
    ...usual,
    ...(keyed ? keys.slice(0, samplesOfATenant).map((key) => knockWith(key, keyed, isActive)) : []),
  ];
}

function knockAt({ name, possible }: Thing, isActive: boolean): Knock {
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

function knockWith({ name, secret, possible }: Thing, route: Thing, isActive: boolean): Knock {
  const isRevoked = possible[0]?.['revoked'] === true;
  const status = !isActive ? 403 : isRevoked ? 401 : 101;
  return {
    host: `${route.name}.example`,
    key: secret,
    status,
    text: `${name}, ${isRevoked ? 'revoked' : 'good'}`,
  };
}

/** With which status a gateway answers a handshake for this host; the connection is dropped. */
export function knock({ url }: Member, host: string, key: string | null): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const headers = {
      ...{ host, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
      'sec-websocket-key': randomBytes(16).toString('base64'),
      ...(key !== null && { 'x-api-key': key }),
    };
    const asked = request({ hostname, port, path: '/', headers, timeout: answerTimeoutMs, agent: false });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', reject);
    asked.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    asked.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.end();
  });
}
