import type { IncomingMessage } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { requestIdHeader } from '#libs/contract';
import type { ApiSettings } from '#libs/settings';
import { API_SETTINGS } from './composition/injection-tokens.js';
import { allowOrigins } from './http/cross-origin.js';
import { parseQuery } from './http/parse-query.js';
import { ProblemError } from './http/problem-error.js';
import { requestIdOf } from './http/request-id.js';
import { consoleHeaders, docsHeaders, securityHeaders } from './http/security-headers.js';
import { ServedPaths } from './http/served-paths.js';
import { ApiMetrics } from './metrics/api-metrics.js';

const maxBodySize = '1mb';

/** The media types of a merge patch (RFC 7396), which clients also send as plain JSON. */
const patchTypes = ['application/merge-patch+json', 'application/json'];

/** Sets up the Express app for all requests: ids, metrics, header fields, media types, sizes of bodies. */
export function applyRequestPolicy(app: NestExpressApplication): void {
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', parseQuery);
  app.use(setRequestId);
  app.use(app.get(ApiMetrics).measure);
  app.use(setSecurityHeaders);
  const { corsOrigins } = app.get<ApiSettings>(API_SETTINGS);
  const paths = app.get(ServedPaths);
  app.use(allowOrigins(corsOrigins, (path) => paths.methodsOf(path)));
  app.use(requireHost);
  app.use(offerPatch(paths));
  app.use(refuseOtherMediaTypes);
  const type = (request: IncomingMessage): boolean => !isReadLater(request);
  // As bytes: JSON is parsed after authentication.
  app.useBodyParser('raw', { limit: maxBodySize, type });
}

// A configuration document may be large, so it is read only after authentication; its media type is checked
// here.
function isReadLater({ method, url = '' }: IncomingMessage): boolean {
  return method === 'PUT' && /^\/v1\/config\/?(\?|$)/.test(url);
}

function setRequestId(request: Request, response: Response, next: NextFunction): void {
  response.set(requestIdHeader, requestIdOf(request));
  next();
}

// A request of HTTP/1.1 has a Host (RFC 9112 §3.2). Node's own check would answer without a problem document.
function requireHost({ httpVersion, headers }: Request, _response: Response, next: NextFunction): void {
  if (httpVersion !== '1.1' || headers.host !== undefined) next();
  else next(new ProblemError('invalid_request', { detail: 'A request has one Host.' }));
}

function setSecurityHeaders(request: Request, response: Response, next: NextFunction): void {
  response.set(headersFor(request.path));
  next();
}

function headersFor(path: string): Readonly<Record<string, string>> {
  if (/^\/docs(\/|$)/.test(path)) return docsHeaders;
  return /^\/console(\/|$)/.test(path) ? consoleHeaders : securityHeaders;
}

// In answers to any method, errors included (RFC 5789 §3.1).
function offerPatch(paths: ServedPaths): RequestHandler {
  return ({ path }, response, next) => {
    if (paths.methodsOf(path).includes('PATCH')) response.set('Accept-Patch', patchTypes.join(', '));
    next();
  };
}

function refuseOtherMediaTypes(request: Request, _response: Response, next: NextFunction): void {
  const types = request.method === 'PATCH' ? patchTypes : ['application/json'];
  // `is` returns null for a request without a body.
  const isTaken = request.is(types) !== false && isUtf8(request.headers['content-type']);
  if (isTaken || request.headers['content-length'] === '0') next();
  else next(new ProblemError('unsupported_media_type'));
}

// JSON is UTF-8 and its media type has no charset (RFC 8259 §8.1, §11); if one is given, it must be UTF-8.
function isUtf8(contentType: string | undefined): boolean {
  const [, charset] = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '') ?? [];
  return charset === undefined || /^utf-?8$/i.test(charset);
}
