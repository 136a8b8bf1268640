import type { KeySource, PublishedApiKey, PublishedRoute, PublishedTenant } from '#libs/contract';
import { checkKey, checkKeyUse, hashTicket, type SecretCheck, type TicketRedeemer } from '#libs/credentials';
import type { AcceptedToken, TokenVerifier } from '#libs/jwt';
import type { Configuration } from '#libs/routing';
import type { PresentedCredential } from './checks/presented-credential.js';
import type { Refusal } from './refusal.js';

export interface IdentificationInput {
  configuration: Pick<Configuration, 'apiKey' | 'apiKeyByPrefix'>;
  tokens: Pick<TokenVerifier, 'verify'>;
  tickets: Pick<TicketRedeemer, 'redeem'>;
  hasSecret: SecretCheck;
  /** Milliseconds since 1970. */
  now: () => number;
}

/**
 * The identity of a client: the key or the token that admitted it. Both are null if the route requires none.
 */
export interface ClientIdentity {
  apiKey: PublishedApiKey | null;
  /** The prefix of the presented secret of the key; null for a ticket, or without a key. */
  keyPrefix: string | null;
  token: AcceptedToken | null;
  /** The place of the key, ticket or token in the request; null if the route requires none. */
  credentialSource: KeySource | null;
}

export type IdentificationResult = ({ ok: true } & ClientIdentity) | ({ ok: false } & Refusal);

const retryAfterSeconds = 2;

/** Checks the presented credential of a request against the requirements of its route. */
export class Identification {
  constructor(private readonly input: IdentificationInput) {}

  /** A promise only for a ticket or a token. */
  identify(
    credential: PresentedCredential | null,
    route: PublishedRoute,
    tenant: PublishedTenant,
  ): IdentificationResult | Promise<IdentificationResult> {
    const { mode } = route.auth;
    switch (mode) {
      case 'none':
        return { ok: true, apiKey: null, keyPrefix: null, token: null, credentialSource: null };
      case 'apiKey':
        return credential?.kind === 'ticket'
          ? this.#identifyTicket(credential, route, tenant)
          : this.#identifyKey(credential, route, tenant);
      case 'jwt':
        return this.#identifyToken(credential, route, tenant);
      default:
        return mode satisfies never;
    }
  }

  #identifyKey(
    credential: PresentedCredential | null,
    route: PublishedRoute,
    tenant: PublishedTenant,
  ): IdentificationResult {
    const { configuration, hasSecret, now } = this.input;
    const result = checkKey({
      presented: credential?.value ?? null,
      route,
      tenant,
      findByPrefix: (prefix) => configuration.apiKeyByPrefix(prefix),
      hasSecret,
      now: now(),
    });
    if (!result.ok) return result;
    const { apiKey, prefix: keyPrefix } = result;
    return { ok: true, apiKey, keyPrefix, token: null, credentialSource: credential?.source ?? null };
  }

  async #identifyToken(
    credential: PresentedCredential | null,
    { auth: { jwt } }: PublishedRoute,
    tenant: PublishedTenant,
  ): Promise<IdentificationResult> {
    if (jwt === null) return { ok: false, code: 'token_required', cause: 'the route takes no token' };
    const result = await this.input.tokens.verify(credential?.value ?? null, jwt, tenant.id);
    if (!result.ok) return result;
    const credentialSource = credential?.source ?? null;
    return { ok: true, apiKey: null, keyPrefix: null, token: result.token, credentialSource };
  }

  // Presenting a ticket consumes it, even if the request is refused afterwards.
  async #identifyTicket(
    { value, source: credentialSource }: PresentedCredential,
    route: PublishedRoute,
    tenant: PublishedTenant,
  ): Promise<IdentificationResult> {
    const ticketHash = hashTicket(value);
    if (ticketHash === null) return { ok: false, code: 'ticket_invalid', cause: 'it is mistyped' };
    const redeemed = await this.input.tickets.redeem(ticketHash);
    if (!redeemed.ok)
      return { ok: false, code: 'tickets_unavailable', cause: redeemed.cause, retryAfterSeconds };
    const { grant } = redeemed;
    if (grant?.tenantId !== tenant.id) {
      return {
        ok: false,
        code: 'ticket_invalid',
        cause: grant ? 'it is of another tenant' : 'it is unknown',
      };
    }
    const apiKey = this.input.configuration.apiKey(grant.apiKeyId);
    if (apiKey?.tenantId !== tenant.id)
      return { ok: false, code: 'ticket_invalid', cause: 'its key is gone' };
    if (grant.routeIds !== null && !grant.routeIds.includes(route.id)) {
      return { ok: false, code: 'key_forbidden', detail: 'the ticket is not for this route' };
    }
    const use = checkKeyUse(apiKey, route, this.input.now());
    return use.ok ? { ok: true, apiKey, keyPrefix: null, token: null, credentialSource } : use;
  }
}
