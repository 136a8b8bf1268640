import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Principal } from './principal.js';

/** What a service has to know of the request that it serves, besides path and body. */
export interface RequestContext {
  principal: Principal;
  clientAddress: string | null;
  /** The value of `If-Match`, as it was sent. */
  ifMatch: string | null;
  /** Set on a POST that carries an `Idempotency-Key`. */
  idempotency: IdempotentRequest | null;
  /** The revision that this request committed, once it has. */
  committedRevision: number | null;
  /** Values of `Sluice-Warning`, for operators. */
  warnings: string[];
}

export interface IdempotentRequest {
  /** Who sent it. */
  scope: string;
  idempotencyKey: string;
  /** SHA-256 of method, path and body. */
  fingerprint: string;
}

/** A request on which the authentication guard has left its context. */
export type ApiRequest = Request & { context?: RequestContext };

/** Hands the context of the request to a handler. */
export const Context = createParamDecorator((_data: undefined, execution: ExecutionContext) =>
  contextOf(execution),
);

function contextOf(execution: ExecutionContext): RequestContext {
  const { context } = execution.switchToHttp().getRequest<ApiRequest>();
  if (context === undefined) throw new Error('this handler is reached without authentication');
  return context;
}
