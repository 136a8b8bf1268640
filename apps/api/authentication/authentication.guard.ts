import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ClientAddresses } from '../http/client-addresses.js';
import { requireAccess } from '../http/principal.js';
import { requestIdOf } from '../http/request-id.js';
import type { ApiRequest } from '../http/request-context.js';
import { Authenticator } from './authenticator.js';
import { bearerToken } from './bearer-token.js';
import { PresentedCredential } from './presented-credential.js';
import { WriteRates } from './write-rates.js';

const publicMetadata = 'sluice:public';

/** Marks a handler or controller as open to requests without a token. */
export const Public = (): ClassDecorator & MethodDecorator => SetMetadata(publicMetadata, true);

const readsOnlyMetadata = 'sluice:reads-only';

/** Marks a handler of a POST that changes nothing: it needs the access `read`. */
export const ReadsOnly = (): MethodDecorator => SetMetadata(readsOnlyMetadata, true);

// By method (RFC 9110 §9.2.1) and not by a decorator on each handler, so that a new operation cannot be
// forgotten.
const safeMethods = new Set(['GET', 'HEAD']);

/** Authenticates a request and attaches its context, or refuses it with 401 or 403. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly presented: PresentedCredential,
    private readonly authenticator: Authenticator,
    private readonly clientAddresses: ClientAddresses,
    private readonly writeRates: WriteRates,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    if (execution.getType() !== 'http') return true;
    const targets = [execution.getHandler(), execution.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(publicMetadata, targets)) return true;
    const request = execution.switchToHttp().getRequest<ApiRequest>();
    const clientAddress = this.clientAddresses.of(request);
    const isSafe = safeMethods.has(request.method);
    const bearer = bearerToken(request.headers.authorization);
    const credential = await this.presented.of(request.headers, bearer, isSafe);
    const principal = await this.authenticator.require(credential, clientAddress);
    const isRead =
      isSafe || this.reflector.getAllAndOverride<boolean | undefined>(readsOnlyMetadata, targets);
    requireAccess(principal, isRead === true ? 'read' : 'manage');
    // Before the body is parsed, so that a write above the rate costs almost nothing.
    if (!isSafe) this.writeRates.take(principal, bodyBytesOf(request));
    request.context = {
      requestId: requestIdOf(request),
      principal,
      clientAddress,
      ifMatch: request.headers['if-match'] ?? null,
      ifNoneMatch: request.headers['if-none-match'] ?? null,
      idempotency: null,
      committedRevision: null,
      created: false,
      warnings: [],
    };
    return true;
  }
}

// At this point the body is read but not parsed.
function bodyBytesOf({ body }: ApiRequest): number {
  return Buffer.isBuffer(body) ? body.length : 0;
}
