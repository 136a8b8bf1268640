import { Resolver } from 'node:dns/promises';

/**
 * Simulates an attacker's DNS server in the process of a gateway that imports this file. A name under
 * `names.test` contains its addresses: `127-0-0-2.127-0-0-1.names.test` resolves to both,
 * `127-0-0-1.then.127-0-0-2.names.test` to the first at the first look-up and to the second afterwards. The
 * look-up of `never.names.test` never ends. Every TTL is 0. Other names are resolved as usual.
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
  // Each look-up queries both address families.
  const count = (lookups.get(name) ?? 0) + 0.5;
  lookups.set(name, count);
  const labels = (answers[Math.min(Math.ceil(count) - 1, answers.length - 1)] ?? '').split('.');
  if (labels.includes('never')) return new Promise(() => undefined);
  const wanted = labels.filter(isWanted).map((label) => ({ address: addressOf(label), ttl: 0 }));
  if (wanted.length > 0) return Promise.resolve(wanted);
  return Promise.reject(Object.assign(new Error(`no address of this family: ${name}`), { code: 'ENODATA' }));
}

// `x` stands for the colon of an IPv6 address, which a host name cannot contain.
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
