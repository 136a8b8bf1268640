import { Resolver } from 'node:dns/promises';

/**
 * Imported into the process of a gateway, this replaces the DNS server of an attacker. A name under `names.test` contains
 * its addresses: `127-0-0-2.127-0-0-1.names.test` resolves to these two, `127-0-0-1.then.127-0-0-2.names.test` to the first
 * one at the first look-up and to the second one afterwards, the look-up of `never.names.test` never ends, and every TTL
 * is 0. Every other name is resolved as without it.
 */
const suffix = '.names.test';

const lookups = new Map<string, number>();
const { resolve4, resolve6 } = Resolver.prototype;

interface Answer {
  address: string;
  ttl: number;
}

function stubbed(hostname: string, isWanted: (label: string) => boolean): Promise<Answer[]> | null {
  const name = hostname.replace(/\.$/, '');
  if (!name.endsWith(suffix)) return null;
  const answers = name.slice(0, -suffix.length).split('.then.');
  // Both families are asked for at each look-up.
  const count = (lookups.get(name) ?? 0) + 0.5;
  lookups.set(name, count);
  const labels = (answers[Math.min(Math.ceil(count) - 1, answers.length - 1)] ?? '').split('.');
  if (labels.includes('never')) return new Promise(() => undefined);
  const wanted = labels.filter(isWanted).map((label) => ({ address: addressOf(label), ttl: 0 }));
  if (wanted.length > 0) return Promise.resolve(wanted);
  return Promise.reject(Object.assign(new Error(`no address of this family: ${name}`), { code: 'ENODATA' }));
}

// `x` replaces the colon of IPv6, which a name can't have.
function addressOf(label: string): string {
  return isIpv6(label) ? label.replaceAll('x', ':') : label.replaceAll('-', '.');
}

function isIpv6(label: string): boolean {
  return label.includes('x');
}

Object.assign(Resolver.prototype, {
  resolve4(this: Resolver, hostname: string, ...options: unknown[]): unknown {
    const answer = stubbed(hostname, (label) => !isIpv6(label));
    return answer ?? Reflect.apply(resolve4, this, [hostname, ...options]);
  },
  resolve6(this: Resolver, hostname: string, ...options: unknown[]): unknown {
    return stubbed(hostname, isIpv6) ?? Reflect.apply(resolve6, this, [hostname, ...options]);
  },
});
