import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { mergeMap, type Observable } from 'rxjs';
import type { ApiRequest } from '../http/request-context.js';
import { AppliedRevisions } from './applied-revisions.js';

const maxWaitSeconds = 60;

/**
 * `Prefer: wait=5` (RFC 7240 §4.3) on a write: the answer comes once every live gateway has applied it, or
 * after that many seconds. The write is committed either way.
 */
@Injectable()
export class PreferWaitInterceptor implements NestInterceptor {
  constructor(private readonly applied: AppliedRevisions) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = execution.switchToHttp();
    const request = http.getRequest<ApiRequest>();
    const waitSeconds = preferredWait(request.headers.prefer);
    if (waitSeconds === null) return next.handle();
    return next.handle().pipe(
      mergeMap(async (body: unknown) => {
        await this.#wait(request, http.getResponse<Response>(), waitSeconds);
        return body;
      }),
    );
  }

  async #wait({ context }: ApiRequest, response: Response, waitSeconds: number): Promise<void> {
    const revision = context?.committedRevision ?? null;
    if (revision === null) return;
    const behind = await this.applied.behind(revision, waitSeconds * 1000);
    response.setHeader('Preference-Applied', `wait=${waitSeconds}`);
    if (behind === null) response.setHeader('Sluice-Gateways-Behind', 'unknown');
    else if (behind.length > 0) response.setHeader('Sluice-Gateways-Behind', behind.join(', '));
  }
}

/** Unknown preferences are ignored (RFC 7240 §2). */
function preferredWait(header: string | string[] | undefined): number | null {
  const preferences = [header ?? []].flat().join(',').split(',');
  for (const preference of preferences) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:;|$)/i.exec(preference) ?? [];
    if (seconds !== undefined) return Math.min(Number(seconds), maxWaitSeconds);
  }
  return null;
}
