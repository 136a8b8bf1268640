import { StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { fieldProblems } from './field-problems.js';
import { ProblemError } from './problem-error.js';

/**
 * Checks every argument of a handler against the schema that it declares, and drops nothing in silence: `validation_failed` (422) names the
 * fields of a body, `invalid_request` (400) the parameters of a query.
 */
export class ValidationPipe extends StandardSchemaValidationPipe {
  override async transform<Value>(value: Value, metadata: ArgumentMetadata): Promise<Value> {
    const { schema, type } = metadata;
    if (schema === undefined) return value;
    const result = await this.validate<Value>(value, schema);
    if (!result.issues) return result.value;
    const code = type === 'body' ? 'validation_failed' : 'invalid_request';
    throw new ProblemError(code, { errors: fieldProblems(result.issues) });
  }
}
