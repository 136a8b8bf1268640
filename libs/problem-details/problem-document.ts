import { problems, type ProblemCode } from './registry.js';

/** An invalid field, by its path in the body (`match.host`, `upstreams.0.url`). */
export interface FieldProblem {
  field: string;
  /** The rule that it breaks; stable. */
  code: string;
  message: string;
  /** What the rule expects, like a bound; they are also in the message. */
  values?: Record<string, string | number> | undefined;
}

/** A problem document of RFC 9457, with the extensions `code`, `requestId`, `errors`, `limit` and
 * `silentGateways`. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  /** The id of the refused request, which is also in `X-Request-Id` and in log lines. */
  requestId?: string;
  detail?: string;
  /** Invalid fields of the body; only with `validation_failed` and similar codes. */
  errors?: FieldProblem[];
  /** The reached limit; only with `connection_limit`, `connect_rate`, `usage_quota` and `upstream_busy`. */
  limit?: string;
  /** Ids of the gateways that did not answer; only with `fleet_incomplete`. */
  silentGateways?: string[];
}

export const problemMediaType = 'application/problem+json';

/** The document for a code; `extras` has the details of this occurrence, safe to show to the client. */
export function problemDocument(
  code: ProblemCode,
  extras: Pick<ProblemDocument, 'requestId' | 'detail' | 'errors' | 'limit' | 'silentGateways'> = {},
): ProblemDocument {
  const { status, title } = problems[code];
  return { type: `urn:sluice:problem:${code}`, title, status, code, ...extras };
}
