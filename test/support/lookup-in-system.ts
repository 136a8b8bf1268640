import { lookup } from 'node:dns/promises';

/** Resolves a name with the system's resolver. */
export function lookupInSystem(hostname: string): Promise<{ address: string }[]> {
  return lookup(hostname, { all: true });
}
