import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { tap, type Observable } from 'rxjs';
import type { ApiRequest } from './request-context.js';

// Proxies may refuse a header field of several kilobytes.
const maxWarnings = 10;

/** Sends the warnings about a successful write as `Sluice-Warning`. */
@Injectable()
export class WarningHeaderInterceptor implements NestInterceptor {
  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<ApiRequest>();
    const response = execution.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      tap(() => {
        const warnings = request.context?.warnings ?? [];
        if (warnings.length === 0) return;
        const more = warnings.length - maxWarnings;
        const shown = [...warnings.slice(0, maxWarnings), ...(more > 0 ? [`more;count=${more}`] : [])];
        response.setHeader('Sluice-Warning', shown.join(', '));
      }),
    );
  }
}
