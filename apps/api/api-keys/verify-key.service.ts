import { Injectable } from '@nestjs/common';
import { checkOrigin, type KeyVerification, type KeyVerify, type PublishedApiKey } from '#libs/contract';
import { checkKey, hasSecret, parseApiKey } from '#libs/credentials';
import { FailedAttempts, tooManyFailures } from '../authentication/failed-attempts.js';
import { Database } from '../database/database.js';
import { ApiKeyEntity } from '../database/entities/api-key.entity.js';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { canSeeTenant, type Principal } from '../http/principal.js';
import type { RequestContext } from '../http/request-context.js';
import { publishedApiKeyOf } from '../resources/api-key.js';
import { lookUpRoute } from '../resources/find-by-reference.js';

@Injectable()
export class VerifyKeyService {
  // Counted apart from attempts to use this API, so that a guess here never blocks its caller there.
  readonly #attempts = new FailedAttempts();

  constructor(private readonly database: Database) {}

  /** Throws `too_many_failures` for an address that guesses. */
  async verify(
    { principal, clientAddress }: RequestContext,
    { key, route: reference, origin }: KeyVerify,
  ): Promise<KeyVerification> {
    const blockedSeconds = this.#attempts.blockedSeconds(clientAddress, key);
    if (blockedSeconds > 0) throw tooManyFailures(blockedSeconds);
    const published = await this.#find(principal, key);
    const question = { presented: key, findByPrefix: () => published, hasSecret, now: Date.now() };
    const tenant = { id: published?.tenantId ?? '' };
    const secret = checkKey({ ...question, tenant, route: null });
    if (!published || (!secret.ok && secret.code !== 'key_expired')) {
      this.#attempts.add(clientAddress, key);
      return invalid;
    }
    this.#attempts.addSuccess(key);
    if (!secret.ok) return answer(published, key, secret.code);
    const { read } = this.database;
    const owner = await read.findOneBy(TenantEntity, tenant);
    if (owner?.status !== 'active') return answer(published, key, 'tenant_suspended');
    const route = reference === null ? null : await lookUpRoute(read, tenant.id, reference);
    if (reference !== null && route === null) return answer(published, key, 'no_route');
    const isAllowed =
      route === null || checkOrigin(route.definition.allowedOrigins, origin === null ? [] : [origin]).ok;
    if (!isAllowed) return answer(published, key, 'origin_forbidden');
    const use = checkKey({ ...question, tenant, route });
    return answer(published, key, use.ok ? null : use.code);
  }

  /** Null for a key that the principal must not know of. */
  async #find(principal: Principal, key: string): Promise<PublishedApiKey | null> {
    const prefix = parseApiKey(key)?.prefix;
    if (prefix === undefined) return null;
    const row = await this.database.read.findOneBy(ApiKeyEntity, [{ prefix }, { previousPrefix: prefix }]);
    return row && canSeeTenant(principal, row.tenantId) ? publishedApiKeyOf(row) : null;
  }
}

const invalid: KeyVerification = {
  valid: false,
  code: 'key_invalid',
  keyId: null,
  name: null,
  tenantId: null,
  scopes: null,
  routeIds: null,
  expiresAt: null,
};

function answer(
  { id, name, tenantId, scopes, routeIds, expiresAt, previous }: PublishedApiKey,
  key: string,
  code: string | null,
): KeyVerification {
  const isPrevious = previous !== null && parseApiKey(key)?.prefix === previous.prefix;
  const ends = [expiresAt, isPrevious ? previous.expiresAt : null].filter((end) => end !== null);
  const [first = null] = ends.toSorted((one, other) => Date.parse(one) - Date.parse(other));
  return { valid: code === null, code, keyId: id, name, tenantId, scopes, routeIds, expiresAt: first };
}
