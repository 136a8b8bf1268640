import { createHash } from 'node:crypto';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { finalize, of, type Observable } from 'rxjs';
import { actorIdOf } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';
import type { ApiRequest, IdempotentRequest, RequestContext } from '../http/request-context.js';
import { IdempotencyStore } from './idempotency-store.js';

/** Executes a POST with an `Idempotency-Key` once, and answers each repetition with the stored answer. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly store: IdempotencyStore) {}

  async intercept(execution: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = execution.switchToHttp().getRequest<ApiRequest>();
    const identity = request.context ? idempotencyOf(request, request.context) : null;
    if (identity === null || !request.context) return next.handle();
    const answer = await this.store.begin(identity);
    if (answer !== null) {
      execution.switchToHttp().getResponse<Response>().setHeader('Idempotency-Replayed', 'true');
      request.context.committedRevision = answer.revision;
      return of(answer.body);
    }
    request.context.idempotency = identity;
    return next.handle().pipe(finalize(() => this.store.end(identity)));
  }
}

function idempotencyOf(request: ApiRequest, { principal }: RequestContext): IdempotentRequest | null {
  const idempotencyKey = request.headers['idempotency-key'];
  if (request.method !== 'POST' || idempotencyKey === undefined) return null;
  if (typeof idempotencyKey !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(idempotencyKey)) {
    const message = 'expected 1 to 255 printable characters without white space';
    throw new ProblemError('invalid_request', { errors: [{ field: 'Idempotency-Key', message }] });
  }
  const scope = actorIdOf(principal) ?? 'admin';
  return { scope, idempotencyKey, fingerprint: fingerprintOf(request) };
}

function fingerprintOf(request: ApiRequest): string {
  const content = JSON.stringify([request.method, request.originalUrl, request.body]);
  return createHash('sha256').update(content).digest('hex');
}
