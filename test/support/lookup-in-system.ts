import { lookup } from 'node:dns/promises';

/** Resolves a name as the system does. */
export function lookupInSystem(hostname: string): Promise<{ address: string }[]> {
  return lookup(hostname, { all: true });
}
