import { fieldCodeOf } from '#libs/contract';
import {
  problemDocument,
  type FieldProblem,
  type ProblemCode,
  type ProblemDocument,
} from '#libs/problem-details';
import type { FieldError } from './field-error.js';

/** The exception that refuses a request; `ProblemFilter` sends its document. */
export class ProblemError extends Error {
  readonly document: ProblemDocument;

  /** `extras` are sent to the client; `headers` are added to the answer. */
  constructor(
    code: ProblemCode,
    {
      errors,
      ...extras
    }: Pick<ProblemDocument, 'detail' | 'silentGateways'> & { errors?: readonly FieldError[] } = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(extras.detail ?? code);
    this.name = 'ProblemError';
    this.document = problemDocument(code, {
      ...extras,
      ...(errors && { errors: errors.map(withCode) }),
    });
  }
}

function withCode({ field, code, message, values }: FieldError): FieldProblem {
  return { field, code: code ?? fieldCodeOf(message), message, values };
}
