import { checkOrigin, originToKeep, type ExplainedStep, type PublishedRoute } from '#libs/contract';
import { headerValues, OrdinaryUpgrade, type RequestMessage } from '#libs/handshake';
import type { Configuration } from '#libs/routing';
import type { Attempt } from './attempt.js';
import { checkClientCertificate } from './checks/check-access.js';
import { refusalForMaintenance } from './checks/check-maintenance.js';
import { refusalForQuota } from './checks/check-quota.js';
import { findPresentedCredential, type PresentedCredentialResult } from './checks/presented-credential.js';
import type { AuthenticatedRequest } from './current-access.js';
import { Identification, type IdentificationInput, type IdentificationResult } from './identification.js';
import { matchRoute, type MatchedRoute } from './match-route.js';
import type { Refusal } from './refusal.js';

export interface AuthenticationInput extends IdentificationInput {
  configuration: IdentificationInput['configuration'] &
    Pick<Configuration, 'position' | 'fleetId' | 'match' | 'tenant' | 'exhaustion'>;
}

/** The refusal names its step, for explanations. */
export type AuthenticationResult =
  { ok: true; authenticated: AuthenticatedRequest } | { ok: false; step: ExplainedStep; refusal: Refusal };

/** A request that has passed all checks before its identity. */
interface CheckedRequest extends Pick<
  AuthenticatedRequest,
  'position' | 'tenant' | 'route' | 'hasClientCertificate'
> {
  attempt: Pick<Attempt, 'apiKey'>;
  origins: readonly string[];
}

/** The steps of admission before the limits: finds the route of a request, and the identity of its client. */
export class Authentication {
  readonly #identification: Identification;

  constructor(private readonly input: AuthenticationInput) {
    this.#identification = new Identification(input);
  }

  /**
   * Stores tenant, route and key on the attempt as soon as they are known, so that the record of a refusal
   * contains them. A promise only if the identity has to be awaited. `known` is the route that the
   * request matched before; it is not matched again unless the configuration has changed.
   */
  authenticate(
    attempt: Pick<Attempt, 'clientCertificate' | 'route' | 'tenant' | 'apiKey'>,
    request: RequestMessage,
    known: Pick<AuthenticatedRequest, 'position' | 'route'> | null = null,
  ): AuthenticationResult | Promise<AuthenticationResult> {
    const { configuration } = this.input;
    const { position } = configuration;
    if (!position) return refuse('configuration', { code: 'maintenance', retryAfterSeconds: 2 });
    if (configuration.fleetId !== null && request.via.includes(configuration.fleetId)) {
      return refuse('loop', { code: 'loop_detected', detail: 'Via names the fleet of this gateway' });
    }
    const matched: MatchedRoute =
      known?.position === position ? { ok: true, route: known.route } : matchRoute(configuration, request);
    if (!matched.ok) return refuse('match', matched.refusal);
    const { route } = matched;
    attempt.route = route;
    const tenant = configuration.tenant(route.tenantId);
    if (!tenant) return refuse('match', { code: 'no_route', cause: 'the route has no tenant' });
    attempt.tenant = tenant;
    const maintenance = refusalForMaintenance(route, tenant);
    if (maintenance) return refuse('maintenance', maintenance);
    const hasClientCertificate = attempt.clientCertificate !== null;
    const certificate = checkClientCertificate(route, hasClientCertificate);
    if (!certificate.ok) return refuse('clientCertificate', certificate);
    const presented = presentedCredential(request, route);
    if (!presented.ok) return refuse('credentialPlaces', presented);
    if (tenant.status !== 'active') return refuse('tenant', { code: 'tenant_suspended' });
    const allowed = checkOrigin(route.allowedOrigins, request.origins);
    if (!allowed.ok) return refuse('origin', allowed);

    const checked = { attempt, position, tenant, route, hasClientCertificate, origins: request.origins };
    const identity = this.#identification.identify(presented.credential, route, tenant);
    if (!(identity instanceof Promise)) return this.#authenticated(identity, checked);
    return identity.then((settled) => this.#authenticated(settled, checked));
  }

  #authenticated(
    identity: IdentificationResult,
    { attempt, position, tenant, route, hasClientCertificate, origins }: CheckedRequest,
  ): AuthenticationResult {
    if (!identity.ok) return refuse('credential', identity);
    const { apiKey, keyPrefix, token, credentialSource } = identity;
    attempt.apiKey = apiKey;
    const quota = refusalForQuota(this.input.configuration, { tenant, route, apiKey }, this.input.now);
    if (quota) return refuse('quota', quota);
    const [sentOrigin] = origins;
    const origin = sentOrigin === undefined ? null : originToKeep(sentOrigin);
    // Without a spread, which would copy property by property for each request.
    const authenticated: AuthenticatedRequest = {
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
    return { ok: true, authenticated };
  }
}

/** The credential that a request presents on a route. */
export function presentedCredential(
  request: RequestMessage,
  route: Pick<PublishedRoute, 'auth'>,
): PresentedCredentialResult {
  const isOrdinary = request instanceof OrdinaryUpgrade;
  return findPresentedCredential(
    {
      authorization: isOrdinary ? request.authorization : headerValues(request.headers, 'authorization'),
      xApiKey: isOrdinary ? request.xApiKey : headerValues(request.headers, 'x-api-key'),
      query: request.rawQuery,
      protocols: request.protocols,
    },
    route.auth,
  );
}

function refuse(step: ExplainedStep, refusal: Refusal): AuthenticationResult {
  return { ok: false, step, refusal };
}
