import type { Logger } from 'pino';
import type { HttpPipeline } from '#libs/pipeline';
import type { HttpRequests } from '../listeners/http-requests.js';

/** What serves the ordinary requests of the listeners. */
export function createHttpRequests(pipeline: HttpPipeline, logger: Pick<Logger, 'error'>): HttpRequests {
  return {
    match: (head) => pipeline.match(head),
    accept: (request) => {
      pipeline.accept(request).catch((error: unknown) => {
        request.response.destroy();
        logger.error({ err: error }, 'unexpected error while handling a request');
      });
    },
  };
}
