import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { finalize, type Observable } from 'rxjs';
import { parseJsonInSlices } from '../http/json-in-slices.js';
import { jsonProblem } from '../http/json-problem.js';
import { requireOperator } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';
import type { ApiRequest } from '../http/request-context.js';
import { JsonFaultError } from '../http/strict-json.js';
import { DocumentIntake } from './document-intake.js';

const megabyte = 1024 * 1024;
// Whatever is exported can be imported, with all fields too: 100,000 routes are 44 MB, and 167 MB then. A string of V8 has
// 512 MiB at most.
const maxDocumentBytes = 500 * megabyte;
const maxHeldBytes = maxDocumentBytes;
const maxIdleMs = 10_000;
const maxWaitMs = 60_000;
// One route, or one key. With all fields and indented it is longer than the body of 1 MiB with which it was made.
const maxThingLength = 4 * megabyte;
// The document, its list of tenants, a tenant, and a list of its things.
const levels = 4;

/** Reads the body of a document, once it is known that an operator sends it: no other request may be as large. */
@Injectable()
export class DocumentBody implements NestInterceptor {
  readonly #intake = new DocumentIntake({ maxDocumentBytes, maxHeldBytes, maxIdleMs, maxWaitMs });

  async intercept(execution: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = execution.switchToHttp().getRequest<ApiRequest>();
    if (request.context) requireOperator(request.context.principal, 'replace the whole configuration');
    const { text, requireSender, release } = await this.#intake.take(request);
    try {
      request.body = await parsed(text);
      requireSender();
    } catch (error) {
      release();
      throw error;
    }
    return next.handle().pipe(finalize(release));
  }
}

async function parsed(text: string): Promise<unknown> {
  if (text === '') return undefined;
  try {
    return await parseJsonInSlices(text, { depth: levels, maxPartLength: maxThingLength });
  } catch (error) {
    if (error instanceof RangeError) throw new ProblemError('body_too_large');
    if (error instanceof JsonFaultError) throw jsonProblem(text, error.faults);
    throw error;
  }
}
