import { addressBlock } from '#libs/addresses';
import { GroupCounts, type ConnectionRegistry } from '#libs/connections';
import type { Answer } from '#libs/fleet';

const maxListed = 100;

/** The keys and the client addresses of a tenant with the most connections. */
export async function busiestOf(
  registry: Pick<ConnectionRegistry, 'visitMatching'>,
  tenantId: string,
): Promise<Answer<'tenantUsage'>['busiest']> {
  const keys = new GroupCounts();
  const addresses = new GroupCounts();
  await registry.visitMatching({ tenantId }, ({ apiKey, clientAddress }) => {
    if (apiKey) keys.add(apiKey.id);
    addresses.add(addressBlock(clientAddress));
  });
  return { keys: keys.largest(maxListed).groups, addresses: addresses.largest(maxListed).groups };
}
