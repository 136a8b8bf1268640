import {
  Injectable,
  StreamableFile,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Response } from 'express';
import { map, type Observable } from 'rxjs';
import { jsonText } from '#libs/problem-details';

/**
 * Writes the answers of handlers as JSON text, in the same format for all clients: with different formats for
 * browsers and programs, an answer would need two strong entity tags (RFC 9110 §8.8.1).
 */
@Injectable()
export class JsonAnswers implements NestInterceptor {
  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (execution.getType() !== 'http') return next.handle();
    const response = execution.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      map((answer: unknown) => {
        if (typeof answer !== 'object' || answer === null || answer instanceof StreamableFile) return answer;
        response.type('json');
        return jsonText(answer);
      }),
    );
  }
}
