import { addressBlock } from '#libs/addresses';
import { WorkSlice } from '#libs/async';
import type { LiveConnection } from '#libs/connections';
import type { Answer } from '#libs/fleet';

type Busiest = Answer<'tenantUsage'>['busiest'];

const maxListed = 100;

/** The keys and the client addresses with the most of these connections, counted in slices. */
export async function busiestOf(connections: Iterable<LiveConnection>): Promise<Busiest> {
  const keys = new Map<string, number>();
  const addresses = new Map<string, number>();
  const slice = new WorkSlice();
  for (const { apiKey, clientAddress } of connections) {
    if (apiKey) add(keys, apiKey.id);
    add(addresses, addressBlock(clientAddress));
    if (slice.isOver()) await slice.next();
  }
  return { keys: most(keys), addresses: most(addresses) };
}

function add(counts: Map<string, number>, of: string): void {
  counts.set(of, (counts.get(of) ?? 0) + 1);
}

function most(counts: Map<string, number>): { of: string; connections: number }[] {
  return [...counts]
    .map(([of, connections]) => ({ of, connections }))
    .sort((one, other) => other.connections - one.connections)
    .slice(0, maxListed);
}
