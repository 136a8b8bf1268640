import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { noSuch, references, type ReferenceName } from './references.js';
import type { ApiRequest } from './request-context.js';

/**
 * Refuses a path whose references cannot be any: each is checked before a handler or a database sees it. Postgres, for
 * one, has an error of its own for a text with NUL.
 */
@Injectable()
export class ReferenceGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    if (execution.getType() !== 'http') return true;
    const { params } = execution.switchToHttp().getRequest<ApiRequest>();
    for (const [name, value] of Object.entries(params)) {
      if (!isReferenceName(name)) throw new Error(`the path parameter ${name} has no schema`);
      if (!references[name].schema.safeParse(value).success) throw noSuch(name);
    }
    return true;
  }
}

function isReferenceName(name: string): name is ReferenceName {
  return Object.hasOwn(references, name);
}
