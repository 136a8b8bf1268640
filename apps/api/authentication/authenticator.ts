import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { isSameSecret, parseApiKey } from '#libs/credentials';
import type { ProblemCode } from '#libs/problem-details';
import { ADMIN_TOKEN } from '../composition/injection-tokens.js';
import { Database } from '../database/database.js';
import { ApiKeyEntity } from '../database/entities/api-key.entity.js';
import { OperatorEntity } from '../database/entities/operator.entity.js';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { secretOf } from '../resources/operator.js';
import { grantsAccess, type Principal } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';
import { previousOf } from '../resources/api-key.js';
import type { AdminToken } from './admin-token.js';
import { FailedAttempts, tooManyFailures } from './failed-attempts.js';
import { parseOperatorToken, type OperatorTokenParts } from './operator-token.js';

type Authentication =
  | { ok: true; principal: Principal }
  | {
      ok: false;
      code: Extract<ProblemCode, 'unauthorized' | 'forbidden' | 'tenant_suspended'>;
      detail: string;
    };

/** Authenticates tokens. Unknown, revoked and wrong credentials get the same answer. */
@Injectable()
export class Authenticator {
  constructor(
    @Inject(ADMIN_TOKEN) private readonly adminToken: AdminToken,
    private readonly database: Database,
    private readonly failedAttempts: FailedAttempts,
  ) {}

  /**
   * Throws `unauthorized`, `forbidden`, `tenant_suspended`, or `too_many_failures` for an address that
   * guesses.
   */
  async require(token: string | null, clientAddress: string | null): Promise<Principal> {
    const result = await this.#authenticate(token, clientAddress);
    if (result.ok) return result.principal;
    const headers = result.code === 'unauthorized' ? { 'WWW-Authenticate': 'Bearer' } : {};
    throw new ProblemError(result.code, { detail: result.detail }, headers);
  }

  async #authenticate(token: string | null, clientAddress: string | null): Promise<Authentication> {
    if (token === null) return unauthorized;
    if (isSameText(token, this.adminToken.token)) return { ok: true, principal: { kind: 'admin' } };
    const blockedSeconds = this.failedAttempts.blockedSeconds(clientAddress, token);
    if (blockedSeconds > 0) throw tooManyFailures(blockedSeconds);
    const result = await this.#find(token);
    if (result.ok) this.failedAttempts.addSuccess(token);
    else if (result.code === 'unauthorized') this.failedAttempts.add(clientAddress, token);
    return result;
  }

  async #find(token: string): Promise<Authentication> {
    const operator = parseOperatorToken(token);
    if (operator !== null) return this.#findOperator(operator);
    const presented = parseApiKey(token);
    return presented === null ? unauthorized : this.#findKey(presented.prefix, presented.secretHash);
  }

  async #findOperator({ prefix, secretHash }: OperatorTokenParts): Promise<Authentication> {
    const where = [{ prefix }, { previousPrefix: prefix }];
    const operator = await this.database.read.findOneBy(OperatorEntity, where);
    const stored = operator && secretOf(operator, prefix, Date.now());
    if (operator === null || stored === null || !isSameSecret(secretHash, stored)) return unauthorized;
    const { id: operatorId, role, tenantIds } = operator;
    return { ok: true, principal: { kind: 'operator', operatorId, role, prefix, tenantIds } };
  }

  async #findKey(prefix: string, secretHash: string): Promise<Authentication> {
    const key = await this.database.read.findOneBy(ApiKeyEntity, [{ prefix }, { previousPrefix: prefix }]);
    if (key === null || key.revokedAt !== null) return unauthorized;
    const secret = key.prefix === prefix ? { secretHash: key.secretHash, expiresAt: null } : previousOf(key);
    if (secret === null || !isSameSecret(secretHash, secret.secretHash)) return unauthorized;
    const expiresAt = earlier(key.expiresAt, secret.expiresAt);
    if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) return unauthorized;
    if (!grantsAccess(key.scopes, 'read')) {
      const detail = 'The key has neither the scope "manage" nor "read".';
      return { ok: false, code: 'forbidden', detail };
    }
    const tenant = await this.database.read.findOneBy(TenantEntity, { id: key.tenantId });
    if (tenant === null) return unauthorized;
    if (tenant.status === 'suspended') {
      return { ok: false, code: 'tenant_suspended', detail: 'The tenant of this key is suspended.' };
    }
    const { id: keyId, tenantId, scopes, routeIds } = key;
    return { ok: true, principal: { kind: 'apiKey', keyId, prefix, tenantId, scopes, routeIds, expiresAt } };
  }
}

const unauthorized: Authentication = {
  ok: false,
  code: 'unauthorized',
  detail:
    'Send "Authorization: Bearer" with the token of an operator or with an API key of the scope "manage" or "read".',
};

function earlier(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return Date.parse(one) < Date.parse(other) ? one : other;
}

// Hashing first gives both sides the same length, which a comparison in constant time needs.
function isSameText(presented: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(presented), digest(expected));
}
