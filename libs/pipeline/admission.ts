import { checkKey, checkOrigin, findPresentedKey, type ConnectionLimiter, type Slot } from '#libs/admission';
import type { PublishedApiKey, PublishedRoute, PublishedTenant } from '#libs/contract';
import { headerValues, type UpgradeRequest } from '#libs/handshake';
import type { Configuration } from '#libs/routing';
import type { Attempt } from './attempt.js';
import type { Refusal } from './refusal.js';

export interface AdmissionInput {
  configuration: Pick<Configuration, 'position' | 'match' | 'tenant' | 'apiKeyByPrefix'>;
  limiter: ConnectionLimiter;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** What a request was admitted as, and the slot that it holds from then on. */
export interface AdmittedRequest {
  tenant: PublishedTenant;
  route: PublishedRoute;
  apiKey: PublishedApiKey | null;
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

    const key = this.#authenticate(request, route, tenant);
    if (!key.ok) return refuse(key);
    attempt.apiKey = key.apiKey;
    return this.#takeSlot(attempt, { tenant, route, apiKey: key.apiKey });
  }

  #authenticate(request: UpgradeRequest, route: PublishedRoute, tenant: PublishedTenant): KeyResult {
    const presented = findPresentedKey(
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
    if (route.auth.mode === 'none') return { ok: true, apiKey: null };
    const { configuration, now } = this.input;
    return checkKey({
      presented: presented.key,
      route,
      tenant,
      findByPrefix: (prefix) => configuration.apiKeyByPrefix(prefix),
      now: now(),
    });
  }

  async #takeSlot(
    { clientAddress }: Attempt,
    { tenant, route, apiKey }: Omit<AdmittedRequest, 'slot'>,
  ): Promise<AdmissionResult> {
    const acquired = await this.input.limiter.acquire({ tenant, route, apiKey, clientAddress });
    if (acquired.ok) return { ok: true, tenant, route, apiKey, slot: acquired.slot };
    const { code, limit, retryAfterSeconds } = acquired;
    return refuse({ code, limit, retryAfterSeconds, detail: `the limit of the ${limit} is reached` });
  }
}

type KeyResult = { ok: true; apiKey: PublishedApiKey | null } | ({ ok: false } & Refusal);

function refuse(refusal: Refusal): AdmissionResult {
  return { ok: false, refusal };
}
