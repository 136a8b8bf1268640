import { checkOrigin, findPresentedCredential, type ConnectionLimiter, type Slot } from '#libs/admission';
import type { PublishedRoute, PublishedTenant } from '#libs/contract';
import { headerValues, type UpgradeRequest } from '#libs/handshake';
import type { Configuration } from '#libs/routing';
import type { Attempt } from './attempt.js';
import {
  Identification,
  type ClientIdentity,
  type IdentificationInput,
  type IdentificationResult,
} from './identification.js';
import { matchRoute } from './match-route.js';
import type { NotJoined, Refusal } from './refusal.js';

export interface AdmissionInput extends IdentificationInput {
  configuration: IdentificationInput['configuration'] &
    Pick<Configuration, 'position' | 'match' | 'tenant' | 'route'>;
  limiter: ConnectionLimiter;
}

/** What a request was admitted as, and the slot that it holds from then on. */
export interface AdmittedRequest extends ClientIdentity {
  tenant: PublishedTenant;
  route: PublishedRoute;
  slot: Slot;
}

export type AdmissionResult = ({ ok: true } & AdmittedRequest) | { ok: false; end: NotJoined };

/** The steps match and admit: which route a request means, and whether it may connect there now. */
export class Admission {
  readonly #identification: Identification;

  constructor(private readonly input: AdmissionInput) {
    this.#identification = new Identification(input);
  }

  /** Notes on the attempt what it finds out, so that a refusal's record says whom it concerns. */
  async admit(attempt: Attempt, request: UpgradeRequest): Promise<AdmissionResult> {
    const { configuration } = this.input;
    if (!configuration.position) return refuse({ code: 'maintenance', retryAfterSeconds: 2 });
    const matched = matchRoute(configuration, request);
    if (!matched.ok) return refuse(matched.refusal);
    const { route } = matched;
    attempt.route = route;
    const tenant = configuration.tenant(route.tenantId);
    if (!tenant) return refuse({ code: 'no_route', cause: 'the route has no tenant' });
    attempt.tenant = tenant;
    if (route.clientCertificate === 'required' && !attempt.clientCertificate) {
      return refuse({ code: 'client_certificate_required' });
    }

    const identity = await this.#authenticate(request, route, tenant);
    if (!identity.ok) return refuse(identity);
    const { apiKey, keyPrefix, token } = identity;
    attempt.apiKey = apiKey;
    return this.#takeSlot(attempt, { tenant, route, apiKey, keyPrefix, token });
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
    { client, clientAddress }: Attempt,
    { tenant, route, apiKey, keyPrefix, token }: Omit<AdmittedRequest, 'slot'>,
  ): Promise<AdmissionResult> {
    // Checking the credential may have taken seconds. The limits are those that hold now, and whom a change has shut out
    // is not dialed for.
    const { configuration, limiter } = this.input;
    const tenantNow = configuration.tenant(tenant.id);
    const routeNow = configuration.route(route.id);
    if (!tenantNow || !routeNow?.enabled) return refuse({ code: 'no_route', cause: 'the route is gone' });
    if (tenantNow.status !== 'active') return refuse({ code: 'tenant_suspended' });
    const acquired = await limiter.acquire(
      { tenant: tenantNow, route: routeNow, apiKey, clientAddress },
      client.signal,
    );
    if (client.isGone) {
      if (acquired.ok) acquired.slot.release();
      return gone;
    }
    if (acquired.ok) return { ok: true, tenant, route, apiKey, keyPrefix, token, slot: acquired.slot };
    if (acquired.code === 'aborted') return gone;
    const { code, limit, retryAfterSeconds } = acquired;
    if (limit === null) return refuse({ code, retryAfterSeconds });
    return refuse({ code, limit, retryAfterSeconds, detail: `the limit of the ${limit} is reached` });
  }
}

const gone: AdmissionResult = {
  ok: false,
  end: { kind: 'client_gone', cause: 'the client went away before it was let in' },
};

function refuse(refusal: Refusal): AdmissionResult {
  return { ok: false, end: { kind: 'refused', refusal } };
}
