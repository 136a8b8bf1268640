import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ProblemError } from './problem-error.js';
import type { ApiRequest } from './request-context.js';

const queryMetadata = 'sluice:query';

/** Marks a handler that reads the query and validates it with a schema. */
export const ReadsQuery = (): MethodDecorator => SetMetadata(queryMetadata, true);

/**
 * Refuses query parameters for a handler that takes none, since an ignored parameter would hide a mistake.
 */
@Injectable()
export class QueryGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(execution: ExecutionContext): boolean {
    if (execution.getType() !== 'http') return true;
    if (this.reflector.get<boolean | undefined>(queryMetadata, execution.getHandler())) return true;
    const names = Object.keys(execution.switchToHttp().getRequest<ApiRequest>().query);
    if (names.length === 0) return true;
    throw new ProblemError('invalid_request', {
      errors: names.slice(0, 100).map((field) => ({ field, message: 'there is no such query parameter' })),
    });
  }
}
