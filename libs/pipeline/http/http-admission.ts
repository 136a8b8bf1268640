import { bodyTooLong } from '#libs/http-proxy';
import type { Slot, WaitingDials } from '#libs/limits';
import type { Configuration } from '#libs/routing';
import { Authentication, type AuthenticationInput } from '../authentication.js';
import { currentAccess, type AuthenticatedRequest, type CurrentAccess } from '../current-access.js';
import { busyRefusal, type Refusal } from '../refusal.js';
import type { FramedAttempt } from './http-attempt.js';
import { RequestRates } from './request-rates.js';

export interface HttpAdmissionInput extends AuthenticationInput {
  configuration: AuthenticationInput['configuration'] & Configuration;
  waitingDials: Pick<WaitingDials, 'fullBound' | 'begin'>;
}

export type AdmittedHttp =
  | {
      ok: true;
      authenticated: AuthenticatedRequest;
      /** Held until the upstream is connected. */
      dial: Slot;
    }
  | { ok: false; refusal: Refusal };

/**
 * Decides whether an ordinary request may be forwarded, by the same checks as an upgrade. A request
 * is no connection of its tenant, so it takes no slot of the connection limits; it counts for the
 * rates of its tenant and its route.
 */
export class HttpAdmission {
  readonly #authentication: Authentication;
  readonly rates = new RequestRates();

  constructor(private readonly input: HttpAdmissionInput) {
    this.#authentication = new Authentication(input);
  }

  /** A promise only if something has to be awaited. */
  admit(attempt: FramedAttempt): AdmittedHttp | Promise<AdmittedHttp> {
    const { matched } = attempt.incoming;
    const result = this.#authentication.authenticate(attempt, matched.message, matched);
    if (!(result instanceof Promise)) return result.ok ? this.#admit(attempt, result.authenticated) : result;
    return result.then((settled) => (settled.ok ? this.#admit(attempt, settled.authenticated) : settled));
  }

  /** Whether an authenticated request may still be forwarded after a wait. */
  current(attempt: FramedAttempt, authenticated: AuthenticatedRequest): CurrentAccess {
    const { configuration, now } = this.input;
    const access = currentAccess(configuration, attempt.incoming.matched.message, authenticated, now);
    if (!access.ok) return access;
    const { route, tenant } = access.current;
    attempt.route = route;
    attempt.tenant = tenant;
    // The route may have changed since the request was matched.
    return route.http === 'proxy' ? access : { ok: false, refusal: { code: 'no_route' } };
  }

  #admit(attempt: FramedAttempt, authenticated: AuthenticatedRequest): AdmittedHttp {
    const access = this.current(attempt, authenticated);
    if (!access.ok) return access;
    const { route, tenant } = access.current;
    const { body } = attempt;
    const { maxRequestBytes } = route;
    if (body.kind === 'length' && maxRequestBytes !== null && body.bytes > maxRequestBytes) {
      return refuse({ code: 'body_too_large', detail: bodyTooLong(maxRequestBytes) });
    }
    const rate = this.rates.take({ tenant, route });
    if (rate) return refuse(rate);
    const dialOf = { tenantId: tenant.id, routeId: route.id };
    const full = this.input.waitingDials.fullBound(dialOf);
    if (full) return refuse(busyRefusal(full));
    return { ok: true, authenticated: access.current, dial: this.input.waitingDials.begin(dialOf) };
  }
}

function refuse(refusal: Refusal): AdmittedHttp {
  return { ok: false, refusal };
}
