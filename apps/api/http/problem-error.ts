import { problemDocument, type ProblemCode, type ProblemDocument } from '#libs/problem-details';

/** The one exception with which a request is refused; the filter answers with its document. */
export class ProblemError extends Error {
  readonly document: ProblemDocument;

  /** `extras` are shown to the client; header fields are added to the answer. */
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
