import { isUtf8 } from 'node:buffer';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { getLocation } from 'jsonc-parser';
import type { Observable } from 'rxjs';
import { jsonProblem } from './json-problem.js';
import type { ApiRequest } from './request-context.js';
import { JsonFaultError, parseStrictJson } from './strict-json.js';

/**
 * Parses the bytes of a body as JSON. Runs after the guards, so that unauthenticated requests cost no
 * parsing. Throws `malformed_json`, or `validation_failed` for a value that is refused in any body.
 */
@Injectable()
export class JsonBodyInterceptor implements NestInterceptor {
  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<ApiRequest>();
    const body: unknown = request.body;
    if (Buffer.isBuffer(body)) request.body = body.length === 0 ? undefined : parseBody(body);
    return next.handle();
  }
}

function parseBody(bytes: Buffer): unknown {
  // A byte order mark may be ignored (RFC 8259 §8.1), and some editors write one.
  const text = bytes.toString().replace(/^\ufeff/, '');
  try {
    if (!isUtf8(bytes)) throw notUtf8(bytes, text);
    return parseStrictJson(text);
  } catch (error) {
    if (error instanceof JsonFaultError) throw jsonProblem(text, error.faults);
    throw error;
  }
}

// Invalid UTF-8 was decoded as U+FFFD, so the re-encoded text differs from the body at the first invalid
// byte. In stream mode, TextDecoder omits an incomplete character at the end, and like `text` a byte order
// mark.
function notUtf8(bytes: Buffer, text: string): JsonFaultError {
  const differs = Buffer.from(bytes.toString()).findIndex((byte, index) => byte !== bytes[index]);
  const offset = new TextDecoder().decode(bytes.subarray(0, differs), { stream: true }).length;
  const { path } = getLocation(text, offset);
  return new JsonFaultError([{ kind: 'syntax', message: 'expected UTF-8', offset, path }]);
}
