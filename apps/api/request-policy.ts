import type { IncomingMessage } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { parseQuery } from './http/parse-query.js';
import { ProblemError } from './http/problem-error.js';
import { docsHeaders, securityHeaders } from './http/security-headers.js';
import { ApiMetrics } from './metrics/api-metrics.js';
import { OpenApiDocument } from './openapi/openapi-document.js';

const maxBodySize = '1mb';

/** The types of a merge patch (RFC 7396), which people also send as plain JSON. */
const patchTypes = ['application/merge-patch+json', 'application/json'];

/** What holds for every request before a handler is chosen: header fields of the answer, and which bodies are read. */
export function applyRequestPolicy(app: NestExpressApplication): void {
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', parseQuery);
  app.use(app.get(ApiMetrics).measure);
  app.use(setSecurityHeaders);
  app.use(offerPatch(app.get(OpenApiDocument)));
  app.use(refuseOtherMediaTypes);
  const type = (request: IncomingMessage): boolean => !isReadLater(request);
  // As bytes: JSON is parsed once it is known who sends it.
  app.useBodyParser('raw', { limit: maxBodySize, type });
}

// The whole configuration is larger than anything else, and is not read before it is known who sends it. What is JSON
// is told from everything else before.
function isReadLater({ method, url = '' }: IncomingMessage): boolean {
  return method === 'PUT' && /^\/v1\/config\/?(\?|$)/.test(url);
}

function setSecurityHeaders(request: Request, response: Response, next: NextFunction): void {
  response.set(/^\/docs(\/|$)/.test(request.path) ? docsHeaders : securityHeaders);
  next();
}

// RFC 5789 §3.1: in the answer to any method, a refusal too.
function offerPatch(document: OpenApiDocument): RequestHandler {
  return ({ path }, response, next) => {
    if (document.methodsOf(path).includes('PATCH')) response.set('Accept-Patch', patchTypes.join(', '));
    next();
  };
}

function refuseOtherMediaTypes(request: Request, _response: Response, next: NextFunction): void {
  const types = request.method === 'PATCH' ? patchTypes : ['application/json'];
  // `is` answers null for a request that has no body.
  const isTaken = request.is(types) !== false && isUtf8(request.headers['content-type']);
  if (isTaken || request.headers['content-length'] === '0') next();
  else next(new ProblemError('unsupported_media_type'));
}

// JSON is UTF-8 and its type has no charset (RFC 8259 §8.1, §11); one that is named all the same has to be that.
function isUtf8(contentType: string | undefined): boolean {
  const [, charset] = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '') ?? [];
  return charset === undefined || /^utf-?8$/i.test(charset);
}
