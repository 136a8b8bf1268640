import type { PublishedRoute } from '#libs/contract';
import {
  composeHead,
  ordinaryRequestFields,
  parseRequestMessage,
  parseUpgradeRequest,
  readRequestBody,
  type RequestBody,
  type RequestHead,
  type RequestMessage,
  type UpgradeRequest,
} from '#libs/handshake';
import type { Refusal } from '../refusal.js';
import {
  composeRequestFor,
  upstreamRequestOptions,
  type UpstreamRequestParts,
} from '../upstream-request-for.js';

/** A parsed request of either kind. */
export type ExplainedRequest =
  | { kind: 'upgrade'; message: UpgradeRequest }
  | { kind: 'ordinary'; message: RequestMessage; head: RequestHead; body: RequestBody };

export type ParsedForExplanation = { ok: true; request: ExplainedRequest } | ({ ok: false } & Refusal);

export function parseExplained(
  head: RequestHead,
  isOrdinary: boolean,
  maxTargetBytes: number,
): ParsedForExplanation {
  if (!isOrdinary) {
    const parsed = parseUpgradeRequest(head, maxTargetBytes);
    return parsed.ok ? { ok: true, request: { kind: 'upgrade', message: parsed.request } } : parsed;
  }
  const parsed = parseRequestMessage(head, maxTargetBytes);
  if (!parsed.ok) return parsed;
  const { message } = parsed;
  const read = readRequestBody(head, message.headers);
  return read.ok ? { ok: true, request: { kind: 'ordinary', message, head, body: read.body } } : read;
}

/** The answer to an ordinary request that no route forwards; null for any other. */
export function kindRefusal(
  request: ExplainedRequest,
  route: Pick<PublishedRoute, 'http'> | undefined,
): Refusal | null {
  if (request.kind === 'upgrade' || route?.http === 'proxy') return null;
  const detail = 'Upgrade: websocket is required';
  const cause = route ? 'http of the route refuses ordinary requests' : 'no route matches';
  return { code: 'bad_handshake', detail, cause };
}

/** The head of the request that the upstream gets. */
export function composeExplained(
  request: ExplainedRequest,
  parts: Omit<UpstreamRequestParts, 'request'>,
): string {
  if (request.kind === 'upgrade') return composeRequestFor({ request: request.message, ...parts });
  const { head, body, message } = request;
  const options = upstreamRequestOptions({ request: message, ...parts });
  const { method } = head;
  const fields = ordinaryRequestFields(options, { method, body, expectsContinue: false });
  return composeHead(`${method} ${options.target} HTTP/1.1`, fields);
}
