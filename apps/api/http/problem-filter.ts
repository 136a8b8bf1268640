import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { jsonText, problemMediaType, type ProblemCode } from '#libs/problem-details';
import { LOGGER } from '../composition/injection-tokens.js';
import { ProblemError } from './problem-error.js';
import { problemOf } from './problem-of.js';
import { requestIdOf } from './request-id.js';
import { ServedPaths } from './served-paths.js';

/** Answers every error with a problem document. The cause of an unexpected error is logged and never sent. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly paths: ServedPaths,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const { document, headers } = this.#problemOf(error, request);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // As bytes, since Express adds a charset to text, and the media type of JSON has none.
    const body = Buffer.from(jsonText({ ...document, requestId: requestIdOf(request) }));
    response.status(document.status).set(headers).set('Content-Type', problemMediaType).send(body);
  }

  #problemOf(error: unknown, request: Request): ProblemError {
    if (error instanceof HttpException && error.getStatus() === 404) return this.#notFound(request);
    if (error instanceof HttpException && error.getStatus() < 500) return clientProblem(error);
    const { method, path } = request;
    return problemOf(error, this.logger, { requestId: requestIdOf(request), method, path });
  }

  #notFound({ path, method }: Request): ProblemError {
    const allowed = this.paths.methodsOf(path);
    if (allowed.length === 0)
      return new ProblemError('not_found', { detail: 'There is nothing at this path.' });
    const detail = `This path does not take ${method}.`;
    return new ProblemError('method_not_allowed', { detail }, { Allow: allowed.join(', ') });
  }
}

// The problem of a request that Express or its body parser refused.
function clientProblem(error: HttpException): ProblemError {
  const codes: Partial<Record<number, ProblemCode>> = {
    413: 'body_too_large',
    415: 'unsupported_media_type',
  };
  const code = codes[error.getStatus()];
  return new ProblemError(code ?? 'invalid_request');
}
