import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Imported into the process of a gateway, this stands in for the DNS server of somebody hostile. A name under
 * `names.test` says itself what it resolves to: `127-0-0-2.127-0-0-1.names.test` to these two addresses,
 * `127-0-0-1.then.127-0-0-2.names.test` to the first at the first look-up and to the second from then on,
 * `never.names.test` to nothing, ever. Every other name is looked up as ever.
 */
const suffix = '.names.test';

const lookups = new Map<string, number>();
const lookup = dns.lookup;

async function standIn(hostname: string, ...options: unknown[]): Promise<unknown> {
  const name = hostname.replace(/\.$/, '');
  if (!name.endsWith(suffix)) return Reflect.apply(lookup, dns, [hostname, ...options]);
  const count = lookups.get(name) ?? 0;
  lookups.set(name, count + 1);
  const answers = name.slice(0, -suffix.length).split('.then.');
  const labels = (answers[Math.min(count, answers.length - 1)] ?? '').split('.');
  if (labels.includes('never')) return new Promise(() => undefined);
  return labels.map((label) => ({ address: addressOf(label), family: isIpv6(label) ? 6 : 4 }));
}

// `x` stands for the colon of IPv6, since a name can't have one.
function addressOf(label: string): string {
  return isIpv6(label) ? label.replaceAll('x', ':') : label.replaceAll('-', '.');
}

function isIpv6(label: string): boolean {
  return label.includes('x');
}

Object.assign(dns, { lookup: standIn });
syncBuiltinESMExports();
