import { isIP } from 'node:net';
import { AddressRace, type RaceOptions } from './address-race.js';
import { CandidateAddresses } from './candidate-addresses.js';
import type { ConnectResult } from './connect-result.js';
import { connectUnlessMoved } from './connect-unless-moved.js';
import type { DialFailure, DialFailureCode, DialOptions, DialOutcome, UseDialed } from './dial-options.js';
import { resolveUpstream } from './resolve-upstream.js';
import type { UpstreamEndpoint } from '../upstream-endpoint.js';

// A dead address must not delay the other upstreams longer than a name server usually takes.
export const maxRefreshMs = 500;

/**
 * Connects to the addresses of one upstream until `use` accepts a connection; where there are several, they
 * race. The policy checks each address, and the very address that passed is dialed, so that a second look-up
 * can't bring in another one. The addresses share the remaining time. They may have been cached for a while:
 * if none of them connects, or one takes long, the name is resolved again, and new addresses are dialed too.
 * The failure is the last one.
 */
export async function dial<Used>(options: DialOptions, use: UseDialed<Used>): Promise<DialOutcome<Used>> {
  const { endpoint, policy, connectMs, maxAttempts, budget } = options;
  const deadlineMs = budget.spentMs + Math.min(connectMs, budget.leftMs);
  const resolving = resolveUpstream(options, { timeoutMs: deadlineMs - budget.spentMs });
  const resolved = resolving instanceof Promise ? await resolving : resolving;
  if (!resolved.ok) return failed(resolved);
  const candidates = new CandidateAddresses(endpoint, policy, maxAttempts);
  candidates.replace(resolved.addresses);
  const race: RaceOptions = {
    candidates,
    leftMs: () => deadlineMs - budget.spentMs,
    onAttempt: () => budget.takeAttempt(),
  };
  let last = candidates.count === 0 ? forbidden(endpoint) : null;
  // Whether its addresses are as new as they can be, or right: one of them has answered.
  let isRefreshed = isIP(endpoint.hostname) !== 0;
  for (;;) {
    const leftMs = race.leftMs();
    if (leftMs > 0 && candidates.count > 0) {
      const result = await connectToOne(options, race);
      if (result.ok) {
        last = null;
        isRefreshed = true;
        const { socket, address, sent } = result;
        const resume = budget.pause(sent?.sentAtMs);
        const addressesLeft = candidates.count;
        const using = use({ ok: true, socket, address, endpoint, addressesLeft, sent });
        const used = using instanceof Promise ? await using : using;
        if (used !== null) return { used, failure: null };
        resume();
      } else if (result.code === 'aborted') return failed(result);
      else last = result;
    } else if (isRefreshed) {
      return failed(candidates.count > 0 ? timedOut(endpoint, connectMs) : last);
    } else {
      isRefreshed = true;
      const timeoutMs = Math.min(leftMs, maxRefreshMs);
      const refreshed = await resolveUpstream(options, { timeoutMs, refresh: true });
      if (refreshed.ok) candidates.replace(refreshed.addresses);
      else if (refreshed.code === 'aborted') return failed(refreshed);
    }
  }
}

/**
 * Most upstreams have one address, which needs no race. Only then is the request sent on connecting: in a
 * race, several addresses would get it.
 */
function connectToOne(options: DialOptions, race: RaceOptions): Promise<ConnectResult> {
  const { candidates, onAttempt, leftMs } = race;
  const address = candidates.count === 1 ? candidates.take() : undefined;
  if (address === undefined) return new AddressRace(options, race).run();
  onAttempt();
  const { signal, endpoint, exchangeFor } = options;
  const exchange = exchangeFor && !endpoint.isTls ? exchangeFor(endpoint) : null;
  return connectUnlessMoved(options, { address, timeoutMs: leftMs(), candidates, signal, exchange });
}

function failed(failure: DialFailure | null): DialOutcome<never> {
  return { used: null, failure };
}

/** No address of the upstream passed the policy. */
export function forbidden({ hostname }: UpstreamEndpoint): DialFailure {
  return failure('upstream_forbidden_address', `no address of ${hostname} may be dialed`);
}

function timedOut({ hostname }: UpstreamEndpoint, connectMs: number): DialFailure {
  return failure('upstream_timeout', `no connection to ${hostname} within ${connectMs} ms`);
}

function failure(code: DialFailureCode, detail: string): DialFailure {
  return { ok: false, code, detail };
}
