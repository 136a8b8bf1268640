import type { PublishedRoute, PublishedTenant } from '#libs/contract';
import { headerValues, type UpgradeRequest } from '#libs/handshake';
import type { AcquireResult, ConnectionLimiter, Slot, WaitingDials } from '#libs/limits';
import type { Configuration } from '#libs/routing';
import type { Attempt } from './attempt.js';
import { checkClientCertificate } from './checks/check-access.js';
import { refusalForMaintenance } from './checks/check-maintenance.js';
import { checkOrigin, originToKeep } from './checks/check-origin.js';
import { findPresentedCredential } from './checks/presented-credential.js';
import { currentAccess, type AuthenticatedRequest, type CurrentAccess } from './current-access.js';
import { Identification, type IdentificationInput, type IdentificationResult } from './identification.js';
import { matchRoute } from './match-route.js';
import type { NotJoined, Refusal } from './refusal.js';

type LimitRefusal = Exclude<AcquireResult, { ok: true } | { code: 'aborted' }>;

// A slow upstream has answered many requests by then, unless it is silent.
const retryBusyAfterSeconds = 2;

export interface AdmissionInput extends IdentificationInput {
  configuration: IdentificationInput['configuration'] &
    Pick<Configuration, 'position' | 'fleetId' | 'match' | 'tenant'>;
  limiter: ConnectionLimiter;
  waitingDials: Pick<WaitingDials, 'fullBound' | 'begin'>;
}

/** An admitted request, with the resources that it holds. */
export interface AdmittedRequest extends AuthenticatedRequest {
  /** Held until the connection ends. */
  slot: Slot;
  /** Held until the upstream has answered. */
  dial: Slot;
}

export type AdmissionResult = ({ ok: true } & AdmittedRequest) | { ok: false; end: NotJoined };

/** The steps match and admit: finds the route of a request, and decides whether it may connect. */
export class Admission {
  readonly #identification: Identification;

  constructor(private readonly input: AdmissionInput) {
    this.#identification = new Identification(input);
  }

  /**
   * Stores tenant, route and key on the attempt as soon as they are known, so that the record of a refusal
   * contains them.
   */
  async admit(attempt: Attempt, request: UpgradeRequest): Promise<AdmissionResult> {
    const { configuration } = this.input;
    const { position } = configuration;
    if (!position) return refuse({ code: 'maintenance', retryAfterSeconds: 2 });
    if (configuration.fleetId !== null && request.via.includes(configuration.fleetId)) {
      return refuse({ code: 'loop_detected', detail: 'Via names the fleet of this gateway' });
    }
    const matched = matchRoute(configuration, request);
    if (!matched.ok) return refuse(matched.refusal);
    const { route } = matched;
    attempt.route = route;
    const tenant = configuration.tenant(route.tenantId);
    if (!tenant) return refuse({ code: 'no_route', cause: 'the route has no tenant' });
    attempt.tenant = tenant;
    const maintenance = refusalForMaintenance(route, tenant);
    if (maintenance) return refuse(maintenance);
    const hasClientCertificate = attempt.clientCertificate !== null;
    const certificate = checkClientCertificate(route, hasClientCertificate);
    if (!certificate.ok) return refuse(certificate);

    const identity = await this.#authenticate(request, route, tenant);
    if (!identity.ok) return refuse(identity);
    const { apiKey, keyPrefix, token, credentialSource } = identity;
    attempt.apiKey = apiKey;
    const [sentOrigin] = request.origins;
    const origin = sentOrigin === undefined ? null : originToKeep(sentOrigin);
    return this.#takeSlot(attempt, request, {
      position,
      tenant,
      route,
      apiKey,
      keyPrefix,
      token,
      credentialSource,
      origin,
      hasClientCertificate,
    });
  }

  /** Whether an admitted request may still connect after a wait. It keeps its slots. */
  readmit(attempt: Attempt, request: UpgradeRequest, admitted: AdmittedRequest): AdmissionResult {
    const { slot, dial } = admitted;
    const now = this.#current(request, admitted);
    if (!now.ok) return refuse(now.refusal);
    attempt.tenant = now.current.tenant;
    attempt.route = now.current.route;
    return admittedAs(now.current, slot, dial);
  }

  async #authenticate(
    request: UpgradeRequest,
    route: PublishedRoute,
    tenant: PublishedTenant,
  ): Promise<IdentificationResult> {
    const presented = findPresentedCredential(
      {
        authorization: headerValues(request.headers, 'authorization'),
        xApiKey: headerValues(request.headers, 'x-api-key'),
        query: request.rawQuery,
        protocols: request.protocols,
      },
      route.auth,
    );
    if (!presented.ok) return presented;
    if (tenant.status !== 'active') return { ok: false, code: 'tenant_suspended' };
    const origin = checkOrigin(route.allowedOrigins, request.origins);
    if (!origin.ok) return origin;
    return this.#identification.identify(presented.credential, route, tenant);
  }

  async #takeSlot(
    attempt: Attempt,
    request: UpgradeRequest,
    authenticated: AuthenticatedRequest,
  ): Promise<AdmissionResult> {
    const { limiter, waitingDials } = this.input;
    const { client, clientAddress } = attempt;
    // Checking the credential and acquiring the slot may each take seconds. The configuration is read again
    // after each, so that the gateway does not dial for a client that is no longer admitted, nor an upstream
    // that was removed from the route.
    const before = this.#current(request, authenticated);
    if (!before.ok) return refuse(before.refusal);
    const { tenant, route, apiKey } = before.current;
    const dialOf = { tenantId: tenant.id, routeId: route.id };
    // Checked before the slot is acquired, so that a refused request takes none, and again afterwards.
    const fullBefore = waitingDials.fullBound(dialOf);
    if (fullBefore) return refuse(busyRefusal(fullBefore));
    const acquired = await limiter.acquire({ tenant, route, apiKey, clientAddress }, client.signal);
    if (client.isGone) {
      if (acquired.ok) acquired.slot.release();
      return gone;
    }
    if (!acquired.ok) return acquired.code === 'aborted' ? gone : refuse(limitRefusalOf(acquired));
    const { slot } = acquired;
    const after = this.#current(request, before.current);
    if (!after.ok) {
      slot.release();
      return refuse(after.refusal);
    }
    const full = waitingDials.fullBound(dialOf);
    if (full) {
      slot.release();
      return refuse(busyRefusal(full));
    }
    attempt.tenant = after.current.tenant;
    attempt.route = after.current.route;
    return admittedAs(after.current, slot, waitingDials.begin(dialOf));
  }

  #current(request: UpgradeRequest, authenticated: AuthenticatedRequest): CurrentAccess {
    const { configuration, now } = this.input;
    return currentAccess(configuration, request, authenticated, now());
  }
}

// Without a spread, which would copy property by property for each request.
function admittedAs(current: AuthenticatedRequest, slot: Slot, dial: Slot): AdmissionResult {
  const { position, tenant, route, apiKey, keyPrefix, token, credentialSource } = current;
  const { origin, hasClientCertificate } = current;
  return {
    ok: true,
    slot,
    dial,
    position,
    tenant,
    route,
    apiKey,
    keyPrefix,
    token,
    credentialSource,
    origin,
    hasClientCertificate,
  };
}

function limitRefusalOf({ code, limit, retryAfterSeconds }: LimitRefusal): Refusal {
  if (limit === null) return { code, retryAfterSeconds };
  return { code, limit, retryAfterSeconds, detail: `the limit of the ${limit} is reached` };
}

function busyRefusal(limit: 'tenant' | 'route'): Refusal {
  const detail = `too many requests of the ${limit} wait for an upstream`;
  return { code: 'upstream_busy', limit, detail, retryAfterSeconds: retryBusyAfterSeconds };
}

const gone: AdmissionResult = {
  ok: false,
  end: { kind: 'client_gone', cause: 'the client went away before it was let in' },
};

function refuse(refusal: Refusal): AdmissionResult {
  return { ok: false, end: { kind: 'refused', refusal } };
}
