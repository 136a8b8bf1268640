import { StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { z } from 'zod';
import { fieldProblems } from './field-problems.js';
import { ProblemError } from './problem-error.js';
import { safeParse } from './safe-parse.js';

/**
 * Validates every argument of a handler with its declared schema, and drops nothing silently:
 * `validation_failed` (422) names the fields of a body, `invalid_request` (400) the parameters of a query.
 */
export class ValidationPipe extends StandardSchemaValidationPipe {
  override async transform<Value>(value: Value, metadata: ArgumentMetadata): Promise<Value> {
    const { schema, type } = metadata;
    if (schema === undefined) return value;
    const code = type === 'body' ? 'validation_failed' : 'invalid_request';
    if (schema instanceof z.ZodType) {
      const result = safeParse(schema as z.ZodType<Value>, value);
      if (result.success) return result.data;
      throw new ProblemError(code, { errors: fieldProblems(result.error.issues) });
    }
    const result = await this.validate<Value>(value, schema);
    if (!result.issues) return result.value;
    throw new ProblemError(code, { errors: fieldProblems(result.issues) });
  }
}
