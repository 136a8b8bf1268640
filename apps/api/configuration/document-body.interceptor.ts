import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { finalize, type Observable } from 'rxjs';
import { parseJsonInSlices } from '../http/json-in-slices.js';
import { jsonProblem } from '../http/json-problem.js';
import { ProblemError } from '../http/problem-error.js';
import type { ApiRequest } from '../http/request-context.js';
import { JsonFaultError } from '../http/strict-json.js';
import { requireDocuments } from './configuration-access.js';
import { DocumentIntake } from './document-intake.js';

const megabyte = 1024 * 1024;
// Every export can be imported, even with all fields: 100,000 routes are 44 MB, or 167 MB with all fields. V8
// limits strings to 512 MiB.
const maxDocumentBytes = 500 * megabyte;
const maxHeldBytes = maxDocumentBytes;
const maxIdleMs = 10_000;
const maxWaitMs = 60_000;
// The text of one route or key: indented and with all fields it can exceed the 1 MiB of the body that created
// it.
const maxResourceLength = 4 * megabyte;
// The document, its list of tenants, a tenant, and a list of its resources.
const levels = 4;

/** Reads the body of a document after authorization: only operators may send bodies of that size. */
@Injectable()
export class DocumentBody implements NestInterceptor {
  readonly #intake = new DocumentIntake({ maxDocumentBytes, maxHeldBytes, maxIdleMs, maxWaitMs });

  async intercept(execution: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = execution.switchToHttp().getRequest<ApiRequest>();
    if (request.context)
      requireDocuments(request.context.principal, request.query['tenant'], 'replace the whole configuration');
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
    return await parseJsonInSlices(text, { depth: levels, maxPartLength: maxResourceLength });
  } catch (error) {
    if (error instanceof RangeError) throw new ProblemError('body_too_large');
    if (error instanceof JsonFaultError) throw jsonProblem(text, error.faults);
    throw error;
  }
}
