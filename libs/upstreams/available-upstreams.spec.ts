import { expect, test } from 'vitest';
import { upstreamId, upstreamSchema } from '#libs/contract';
import { availableUpstreams } from './available-upstreams.js';
import { parseUpstreamEndpoint } from './upstream-endpoint.js';
import { UpstreamState } from './upstream-state.js';

/** `a` is well, `A` is not; `*` is for a backup, `-` for one that is drained. */
function upstream(text: string): UpstreamState {
  const url = `ws://${text.charAt(0)}.test`;
  const state = text.includes('-') ? 'drain' : 'active';
  const settings = upstreamSchema.parse({ url, state, backup: text.includes('*') });
  const upstreamState = new UpstreamState(upstreamId(url), parseUpstreamEndpoint(url), settings);
  if (/^[A-Z]/.test(text)) upstreamState.health.state = 'unhealthy';
  return upstreamState;
}

test.each([
  ['all of them while all are well', 'a b c', 'a b c', ''],
  ['the well ones, where they are at least half', 'a b C', 'a b', ''],
  ['the well ones, where they are half', 'a B', 'a', ''],
  ['all of them where less than half are well', 'a B C', 'a b c', ''],
  ['the only one, though it is not well', 'A', 'a', ''],
  ['the well ones, and then the well backups', 'a b d* E*', 'a b', 'd'],
  ['the well ones with the backups, where less than half are well', 'a B C d* e*', 'a d e', ''],
  ['the backups alone, where no other is well', 'A B d*', 'd', ''],
  ['all of them, where the backups are not well either', 'A B D*', 'a b', 'd'],
  ['the well backups, where there is no other', 'a- d* E*', 'd', ''],
  ['none of those that are drained', 'a- b', 'b', ''],
])('connections are balanced over %s: %s', (_, upstreams, balanced, backups) => {
  const available = availableUpstreams(upstreams.split(' ').map(upstream));
  const names = (list: readonly UpstreamState[]): string =>
    list.map(({ endpoint }) => endpoint.hostname.charAt(0)).join(' ');
  expect([names(available.balanced), names(available.backups)]).toEqual([balanced, backups]);
});
