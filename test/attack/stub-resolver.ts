import { Resolver } from 'node:dns/promises';

/**
 * Imported into the process of a gateway, this stands in for the DNS server of somebody hostile. A name under
 * `names.test` says itself what it resolves to: `127-0-0-2.127-0-0-1.names.test` to these two addresses,
 * `127-0-0-1.then.127-0-0-2.names.test` to the first at the first look-up and to the second from then on,
 * `never.names.test` to nothing, ever, and no answer is good for longer than it takes to give it. Every other name is
 * looked up as ever.
 */
const suffix = '.names.test';

const lookups = new Map<string, number>();
const { resolve4, resolve6 } = Resolver.prototype;

interface Answer {
  address: string;
  ttl: number;
}

function standIn(hostname: string, isWanted: (label: string) => boolean): Promise<Answer[]> | null {
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

// `x` stands for the colon of IPv6, since a name can't have one.
function addressOf(label: string): string {
  return isIpv6(label) ? label.replaceAll('x', ':') : label.replaceAll('-', '.');
}

function isIpv6(label: string): boolean {
  return label.includes('x');
}

Object.assign(Resolver.prototype, {
  resolve4(this: Resolver, hostname: string, ...options: unknown[]): unknown {
    const answer = standIn(hostname, (label) => !isIpv6(label));
    return answer ?? Reflect.apply(resolve4, this, [hostname, ...options]);
  },
  resolve6(this: Resolver, hostname: string, ...options: unknown[]): unknown {
    return standIn(hostname, isIpv6) ?? Reflect.apply(resolve6, this, [hostname, ...options]);
  },
});
