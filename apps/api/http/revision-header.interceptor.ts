import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { tap, type Observable } from 'rxjs';
import type { ApiRequest } from './request-context.js';

/** Sends the revision that a write has committed as `Sluice-Revision`. */
@Injectable()
export class RevisionHeaderInterceptor implements NestInterceptor {
  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<ApiRequest>();
    const response = execution.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      tap(() => {
        const revision = request.context?.committedRevision ?? null;
        if (revision !== null) response.setHeader('Sluice-Revision', String(revision));
      }),
    );
  }
}
