import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { finalize, type Observable } from 'rxjs';
import { requireOperator } from '../authentication/principal.js';
import { SerialQueue } from '../database/serial-queue.js';
import { parseJsonInSlices } from '../http/json-in-slices.js';
import { ProblemError } from '../http/problem-error.js';
import type { ApiRequest } from '../http/request-context.js';
import { readText } from '../http/read-text.js';

// 10,000 routes and 20,000 keys with everything written out are 20 MB. It takes about five times as much memory.
const longestDocument = 64 * 1024 * 1024;
// As long as any other body: one route, or one key.
const longestThing = 1024 * 1024;
// The document, its list of tenants, a tenant, and a list of its things.
const levels = 4;

/**
 * Reads the body of a document, which no other request may be as large as: once it is known that an operator sends it,
 * and one document at a time, since each takes so much memory. Those that wait are not read from meanwhile.
 */
@Injectable()
export class DocumentBody implements NestInterceptor {
  private readonly turns = new SerialQueue();

  async intercept(execution: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = execution.switchToHttp().getRequest<ApiRequest>();
    if (request.context) requireOperator(request.context.principal, 'replace the whole configuration');
    const endTurn = await this.nextTurn();
    try {
      request.body = await readDocument(request);
    } catch (error) {
      endTurn();
      throw error;
    }
    return next.handle().pipe(finalize(endTurn));
  }

  private nextTurn(): Promise<() => void> {
    return new Promise((begin) => {
      void this.turns.run(() => new Promise<void>((end) => begin(() => end())));
    });
  }
}

async function readDocument(request: ApiRequest): Promise<unknown> {
  const text = await readText(request, longestDocument);
  if (text === '') return undefined;
  try {
    return await parseJsonInSlices(text, { depth: levels, longestPart: longestThing });
  } catch (error) {
    if (error instanceof RangeError) throw new ProblemError('body_too_large');
    throw new ProblemError('malformed_json');
  }
}
