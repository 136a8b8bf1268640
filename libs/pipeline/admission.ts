import type { UpgradeRequest } from '#libs/handshake';
import type { AcquireResult, ConnectionLimiter, Slot, WaitingDials } from '#libs/limits';
import type { Attempt } from './attempt.js';
import { Authentication, type AuthenticationInput, type AuthenticationResult } from './authentication.js';
import { currentAccess, type AuthenticatedRequest, type CurrentAccess } from './current-access.js';
import { busyRefusal, limitRefusalOf, type NotJoined, type Refusal } from './refusal.js';

export interface AdmissionInput extends AuthenticationInput {
  limiter: ConnectionLimiter;
  waitingDials: Pick<WaitingDials, 'fullBound' | 'begin'>;
}

/** An admitted request, with the resources that it holds. */
export interface AdmittedRequest {
  /** With the configuration of the admission. */
  authenticated: AuthenticatedRequest;
  /** Held until the connection ends. */
  slot: Slot;
  /** Held until the upstream has answered. */
  dial: Slot;
}

export type AdmissionResult = ({ ok: true } & AdmittedRequest) | { ok: false; end: NotJoined };

/** The steps match and admit: finds the route of a request, and decides whether it may connect. */
export class Admission {
  readonly #authentication: Authentication;

  constructor(private readonly input: AdmissionInput) {
    this.#authentication = new Authentication(input);
  }

  /**
   * Stores tenant, route and key on the attempt as soon as they are known, so that the record of a refusal
   * contains them. A promise only if something has to be awaited.
   */
  admit(attempt: Attempt, request: UpgradeRequest): AdmissionResult | Promise<AdmissionResult> {
    const result = this.#authentication.authenticate(attempt, request);
    if (!(result instanceof Promise)) return this.#takeSlotOf(attempt, request, result);
    return result.then((settled) => this.#takeSlotOf(attempt, request, settled));
  }

  /** Whether an admitted request may still connect after a wait. It keeps its slots. */
  readmit(attempt: Attempt, request: UpgradeRequest, admitted: AdmittedRequest): AdmissionResult {
    const { authenticated, slot, dial } = admitted;
    const now = this.#current(request, authenticated);
    if (!now.ok) return refuse(now.refusal);
    attempt.tenant = now.current.tenant;
    attempt.route = now.current.route;
    return { ok: true, authenticated: now.current, slot, dial };
  }

  #takeSlotOf(
    attempt: Attempt,
    request: UpgradeRequest,
    result: AuthenticationResult,
  ): AdmissionResult | Promise<AdmissionResult> {
    if (!result.ok) return refuse(result.refusal);
    const { limiter, waitingDials } = this.input;
    const { client, clientAddress } = attempt;
    // Checking the credential and acquiring the slot may each take seconds. The configuration is read again
    // after each, so that the gateway does not dial for a client that is no longer admitted, nor an upstream
    // that was removed from the route.
    const before = this.#current(request, result.authenticated);
    if (!before.ok) return refuse(before.refusal);
    const { tenant, route, apiKey } = before.current;
    const dialOf = { tenantId: tenant.id, routeId: route.id };
    // Checked before the slot is acquired, so that a refused request takes none, and again afterwards.
    const fullBefore = waitingDials.fullBound(dialOf);
    if (fullBefore) return refuse(busyRefusal(fullBefore));
    const acquired = limiter.acquire({ tenant, route, apiKey, clientAddress }, client.signal);
    if (!(acquired instanceof Promise)) return this.#acquired(attempt, request, before.current, acquired);
    return acquired.then((settled) => this.#acquired(attempt, request, before.current, settled));
  }

  #acquired(
    attempt: Attempt,
    request: UpgradeRequest,
    authenticated: AuthenticatedRequest,
    acquired: AcquireResult,
  ): AdmissionResult {
    const { waitingDials } = this.input;
    if (attempt.client.isGone) {
      if (acquired.ok) acquired.slot.release();
      return gone;
    }
    if (!acquired.ok) return acquired.code === 'aborted' ? gone : refuse(limitRefusalOf(acquired));
    const { slot } = acquired;
    const after = this.#current(request, authenticated);
    if (!after.ok) {
      slot.release();
      return refuse(after.refusal);
    }
    const dialOf = { tenantId: authenticated.tenant.id, routeId: authenticated.route.id };
    const full = waitingDials.fullBound(dialOf);
    if (full) {
      slot.release();
      return refuse(busyRefusal(full));
    }
    attempt.tenant = after.current.tenant;
    attempt.route = after.current.route;
    return { ok: true, authenticated: after.current, slot, dial: waitingDials.begin(dialOf) };
  }

  #current(request: UpgradeRequest, authenticated: AuthenticatedRequest): CurrentAccess {
    const { configuration, now } = this.input;
    return currentAccess(configuration, request, authenticated, now);
  }
}

const gone: AdmissionResult = {
  ok: false,
  end: { kind: 'client_gone', cause: 'the client went away before it was admitted' },
};

function refuse(refusal: Refusal): AdmissionResult {
  return { ok: false, end: { kind: 'refused', refusal } };
}
