import { problemDocument, type ProblemCode, type ProblemDocument } from '#libs/problem-details';

/** The exception that refuses a request; `ProblemFilter` sends its document. */
export class ProblemError extends Error {
  readonly document: ProblemDocument;

  /** `extras` are sent to the client; `headers` are added to the answer. */
  constructor(
    code: ProblemCode,
    extras: Pick<ProblemDocument, 'detail' | 'errors' | 'silentGateways'> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(extras.detail ?? code);
    this.name = 'ProblemError';
    this.document = problemDocument(code, extras);
  }
}
