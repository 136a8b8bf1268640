import {
  Injectable,
  SetMetadata,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';
import { tap, type Observable } from 'rxjs';
import { entityTag, pageTag } from './etag.js';
import type { ApiRequest } from './request-context.js';

const momentaryMetadata = 'sluice:momentary';

/** Marks a handler whose answer is valid only at that moment: it gets no `ETag`. */
export const Momentary = (): MethodDecorator => SetMetadata(momentaryMetadata, true);

/**
 * Adds `ETag` to an answer that is one resource or a page with the tags of its resources, and `Location` to
 * the answer of a creation.
 */
@Injectable()
export class ResourceHeadersInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (this.reflector.get<boolean | undefined>(momentaryMetadata, execution.getHandler()))
      return next.handle();
    const request = execution.switchToHttp().getRequest<ApiRequest>();
    const response = execution.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      tap((body: unknown) => {
        if (isTaggedPage(body)) response.setHeader('ETag', pageTag(body));
        if (!isResource(body)) return;
        response.setHeader('ETag', entityTag(body));
        const path = request.path.replace(/\/$/, '');
        if (request.context?.created === true) {
          response.status(201).setHeader('Location', path.slice(0, path.lastIndexOf('/') + 1) + body.id);
        } else if (response.statusCode === 201) response.setHeader('Location', `${path}/${body.id}`);
      }),
    );
  }
}

function isResource(body: unknown): body is { id: string } {
  return typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'string';
}

function isTaggedPage(body: unknown): body is { items: readonly object[] } {
  return typeof body === 'object' && body !== null && 'etags' in body && 'items' in body;
}
