import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Session, SessionCreate } from '#libs/contract';
import type { ApiSettings } from '#libs/settings';
import { Authenticator } from '../authentication/authenticator.js';
import { SessionCookie } from '../authentication/session-cookie.js';
import { API_SETTINGS, GATEWAY_IN_PROCESS } from '../composition/injection-tokens.js';
import { Database } from '../database/database.js';
import { ApiKeyEntity } from '../database/entities/api-key.entity.js';
import { OperatorEntity } from '../database/entities/operator.entity.js';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { ClientAddresses } from '../http/client-addresses.js';
import { requireAllowedOrigin } from '../http/cross-origin.js';
import { grantsAccess, isPlatformOperator, type Principal, type TenantPrincipal } from '../http/principal.js';

type Owner = Omit<Session, 'gatewayUrl'>;

@Injectable()
export class SessionService {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly cookie: SessionCookie,
    private readonly clientAddresses: ClientAddresses,
    private readonly database: Database,
    @Inject(API_SETTINGS) private readonly settings: ApiSettings,
    @Inject(GATEWAY_IN_PROCESS) private readonly gatewayInProcess: () => string | null,
  ) {}

  /**
   * Adds the cookie to the answer. Throws like `Authenticator`, and `origin_forbidden` for a foreign page.
   */
  async signIn(request: Request, response: Response, { token }: SessionCreate): Promise<Session> {
    requireAllowedOrigin(request.headers, []);
    const principal = await this.authenticator.require(token, this.clientAddresses.of(request));
    response.append('Set-Cookie', await this.cookie.issue(token, isOverTls(request)));
    return this.describe(principal, request.hostname);
  }

  signOut(request: Request, response: Response): void {
    requireAllowedOrigin(request.headers, []);
    response.append('Set-Cookie', this.cookie.remove(isOverTls(request)));
  }

  /** `hostname`: where the client reaches this API. */
  async describe(principal: Principal, hostname: string): Promise<Session> {
    const gatewayUrl = this.settings.gatewayPublicUrl ?? this.#gatewayInProcessAt(hostname);
    return { ...(await this.#ownerOf(principal)), gatewayUrl };
  }

  #gatewayInProcessAt(hostname: string): string | null {
    return this.gatewayInProcess()?.replace(everyAddress, `//${hostname}:`) ?? null;
  }

  async #ownerOf(principal: Principal): Promise<Owner> {
    switch (principal.kind) {
      case 'admin':
        return { ...ofOperator, kind: 'admin', name: null, canManage: true, isPlatform: true };
      case 'operator': {
        const row = await this.database.read.findOneBy(OperatorEntity, { id: principal.operatorId });
        const canManage = principal.role === 'admin';
        const isPlatform = isPlatformOperator(principal);
        return { ...ofOperator, kind: 'operator', name: row?.name ?? null, canManage, isPlatform };
      }
      case 'apiKey':
        return this.#ownerOfKey(principal);
    }
  }

  async #ownerOfKey({ keyId, tenantId, scopes }: TenantPrincipal): Promise<Owner> {
    const key = await this.database.read.findOneBy(ApiKeyEntity, { id: keyId });
    const tenant = await this.database.read.findOneBy(TenantEntity, { id: tenantId });
    return {
      kind: 'apiKey',
      name: key?.name ?? null,
      canManage: grantsAccess(scopes, 'manage'),
      isPlatform: false,
      tenant: tenant && { id: tenant.id, slug: tenant.slug, name: tenant.name },
      keyId,
      scopes: [...scopes],
    };
  }
}

const everyAddress = /\/\/(?:0\.0\.0\.0|\[::\]):/;

const ofOperator = { tenant: null, keyId: null, scopes: null };

// The origin is what the browser uses; a proxy may have ended TLS in between.
function isOverTls({ headers }: Request): boolean {
  return headers.origin?.startsWith('https:') ?? false;
}
