import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { notFound, references, type ReferenceName } from './references.js';
import type { ApiRequest } from './request-context.js';

/**
 * Refuses a path with an invalid reference, before it reaches a handler or the database: Postgres, for
 * example, fails on text with NUL.
 */
@Injectable()
export class ReferenceGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    if (execution.getType() !== 'http') return true;
    const { params } = execution.switchToHttp().getRequest<ApiRequest>();
    for (const [name, value] of Object.entries(params)) {
      if (!isReferenceName(name)) throw new Error(`the path parameter ${name} has no schema`);
      if (!references[name].schema.safeParse(value).success) throw notFound(name);
    }
    return true;
  }
}

function isReferenceName(name: string): name is ReferenceName {
  return Object.hasOwn(references, name);
}
