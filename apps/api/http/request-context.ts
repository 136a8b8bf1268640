import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Principal } from './principal.js';

/** The data of a request that services need besides path and body. */
export interface RequestContext {
  requestId: string;
  principal: Principal;
  clientAddress: string | null;
  /** The raw value of `If-Match`. */
  ifMatch: string | null;
  /** The raw value of `If-None-Match`. */
  ifNoneMatch: string | null;
  /** Set for a POST with an `Idempotency-Key`. */
  idempotency: IdempotentRequest | null;
  /** The revision that this request committed; null until then. */
  committedRevision: number | null;
  /** Whether a PUT has created its resource. */
  created: boolean;
  /** Values of `Sluice-Warning`, for operators. */
  warnings: string[];
}

export interface IdempotentRequest {
  /** The sender. */
  scope: string;
  idempotencyKey: string;
  /** SHA-256 of method, path and body. */
  fingerprint: string;
}

/** A request to which the authentication guard has attached the context. */
export type ApiRequest = Request & { context?: RequestContext };

/** Injects the context of the request into a handler. */
export const Context = createParamDecorator((_data: undefined, execution: ExecutionContext) =>
  contextOf(execution),
);

function contextOf(execution: ExecutionContext): RequestContext {
  const { context } = execution.switchToHttp().getRequest<ApiRequest>();
  if (context === undefined) throw new Error('the handler was reached without authentication');
  return context;
}
