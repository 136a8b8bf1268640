import {
  checkKey,
  checkOrigin,
  findPresentedCredential,
  type ConnectionLimiter,
  type PresentedCredential,
  type Slot,
} from '#libs/admission';
import type { PublishedApiKey, PublishedRoute, PublishedTenant } from '#libs/contract';
import { headerValues, type UpgradeRequest } from '#libs/handshake';
import type { AcceptedToken, TokenVerifier } from '#libs/jwt';
import type { Configuration } from '#libs/routing';
import type { Attempt } from './attempt.js';
import type { Refusal } from './refusal.js';

export interface AdmissionInput {
  configuration: Pick<Configuration, 'position' | 'match' | 'tenant' | 'apiKeyByPrefix'>;
  limiter: ConnectionLimiter;
  tokens: Pick<TokenVerifier, 'verify'>;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** What a request was admitted as, and the slot that it holds from then on. */
export interface AdmittedRequest {
  tenant: PublishedTenant;
  route: PublishedRoute;
  /** The key that the client presented; null where the route asks for none. */
  apiKey: PublishedApiKey | null;
  /** The JWT that it presented; null where the route asks for none. */
  token: AcceptedToken | null;
  slot: Slot;
}

export type AdmissionResult = ({ ok: true } & AdmittedRequest) | { ok: false; refusal: Refusal };

/** The steps match and admit: which route a request means, and whether it may connect there now. */
export class Admission {
  constructor(private readonly input: AdmissionInput) {}

  /** Notes on the attempt what it finds out, so that a refusal's record says whom it concerns. */
  async admit(attempt: Attempt, request: UpgradeRequest): Promise<AdmissionResult> {
    const { configuration } = this.input;
    if (!configuration.position) return refuse({ code: 'maintenance', retryAfterSeconds: 2 });
    const route = configuration.match(request.host, request.path);
    if (!route) return refuse({ code: 'no_route' });
    attempt.route = route;
    const tenant = configuration.tenant(route.tenantId);
    if (!tenant) return refuse({ code: 'no_route', cause: 'the route has no tenant' });
    attempt.tenant = tenant;
    if (route.clientCertificate === 'required' && !attempt.clientCertificate) {
      return refuse({ code: 'client_certificate_required' });
    }

    const identity = await this.#authenticate(request, route, tenant);
    if (!identity.ok) return refuse(identity);
    const { apiKey, token } = identity;
    attempt.apiKey = apiKey;
    return this.#takeSlot(attempt, { tenant, route, apiKey, token });
  }

  async #authenticate(
    request: UpgradeRequest,
    route: PublishedRoute,
    tenant: PublishedTenant,
  ): Promise<IdentityResult> {
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
    return this.#identify(presented.credential, route, tenant);
  }

  async #identify(
    credential: PresentedCredential | null,
    route: PublishedRoute,
    tenant: PublishedTenant,
  ): Promise<IdentityResult> {
    const { mode, jwt } = route.auth;
    switch (mode) {
      case 'none':
        return { ok: true, apiKey: null, token: null };
      case 'apiKey':
        return this.#identifyKey(credential, route, tenant);
      case 'jwt': {
        if (jwt === null) return { ok: false, code: 'token_required', cause: 'the route takes no token' };
        const result = await this.input.tokens.verify(credential?.value ?? null, jwt);
        return result.ok ? { ok: true, apiKey: null, token: result.token } : result;
      }
      default:
        return mode satisfies never;
    }
  }

  #identifyKey(
    credential: PresentedCredential | null,
    route: PublishedRoute,
    tenant: PublishedTenant,
  ): IdentityResult {
    const { configuration, now } = this.input;
    const result = checkKey({
      presented: credential?.value ?? null,
      route,
      tenant,
      findByPrefix: (prefix) => configuration.apiKeyByPrefix(prefix),
      now: now(),
    });
    return result.ok ? { ok: true, apiKey: result.apiKey, token: null } : result;
  }

  async #takeSlot(
    { clientAddress }: Attempt,
    { tenant, route, apiKey, token }: Omit<AdmittedRequest, 'slot'>,
  ): Promise<AdmissionResult> {
    const acquired = await this.input.limiter.acquire({ tenant, route, apiKey, clientAddress });
    if (acquired.ok) return { ok: true, tenant, route, apiKey, token, slot: acquired.slot };
    const { code, limit, retryAfterSeconds } = acquired;
    return refuse({ code, limit, retryAfterSeconds, detail: `the limit of the ${limit} is reached` });
  }
}

type IdentityResult = ({ ok: true } & Pick<AdmittedRequest, 'apiKey' | 'token'>) | ({ ok: false } & Refusal);

function refuse(refusal: Refusal): AdmissionResult {
  return { ok: false, refusal };
}
