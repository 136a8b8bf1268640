import type { KeySource, PublishedRoute } from '#libs/contract';
import { fieldName } from '#libs/handshake';

/** The places in which a request may carry a credential, with all occurrences. */
export interface CredentialPlaces {
  authorization: readonly string[];
  xApiKey: readonly string[];
  /** As received, without the question mark; null when the request has none. */
  query: string | null;
  /** The subprotocols offered. */
  protocols: readonly string[];
}

/** The credential that a client presents: an API key, a ticket that was issued for one, or a JWT. */
export interface PresentedCredential {
  kind: 'apiKey' | 'ticket' | 'jwt';
  value: string;
  source: KeySource;
}

export type PresentedCredentialResult =
  { ok: true; credential: PresentedCredential | null } | { ok: false; code: 'bad_handshake'; detail: string };

export type CredentialRules = Pick<PublishedRoute['auth'], 'mode' | 'sources'>;

interface Candidate extends PresentedCredential {
  /** For people. */
  place: string;
}

// At the start of a value, or after a separator of values. A foreign token, which may contain any letters, is
// not mistaken for a key.
const secretMention = /(?:^|[\s,;="'])sl[ct]_/;
const credentialProtocol = /^sluice\.(key|ticket|jwt)\.(.*)$/i;

/**
 * The credential that a request presents on a route: a value in a place that the route accepts, or a Sluice
 * key (`slc_…`) or ticket (`slt_…`) anywhere. Beside one of these, a token without such a prefix is meant for
 * the upstream and is ignored, unless the route accepts tokens. Two different credentials in a request are
 * refused, since other servers could choose the other one. A key or ticket in a place that the route does not
 * accept counts as none, but is still removed from the upstream request.
 */
export function findPresentedCredential(
  places: CredentialPlaces,
  rules: CredentialRules,
): PresentedCredentialResult {
  const found = candidates(places, rules);
  // Only where there are several does it matter which of them count.
  const credentials = found.length > 1 ? countedCandidates(found, rules) : found;
  const [first] = credentials;
  const other = credentials.find(({ value }) => value !== first?.value);
  if (first !== undefined && other !== undefined) {
    const detail = `two different credentials: in ${first.place} and in ${other.place}`;
    return { ok: false, code: 'bad_handshake', detail };
  }
  const presented = credentials.find((credential) => isAcceptedCredential(credential, rules));
  if (presented === undefined) return { ok: true, credential: null };
  const { kind, value, source } = presented;
  return { ok: true, credential: { kind, value, source } };
}

function countedCandidates(found: readonly Candidate[], rules: CredentialRules): Candidate[] {
  const isSluices = ({ value }: Candidate): boolean => mentionsSecret(value);
  const counted = found.filter((candidate) => isAcceptedCredential(candidate, rules) || isSluices(candidate));
  if (rules.mode === 'jwt' || !counted.some(isSluices)) return counted;
  // The subprotocols `sluice.…` are never sent upstream, so any value in them is meant for the gateway.
  return counted.filter((candidate) => isSluices(candidate) || candidate.source === 'subprotocol');
}

/**
 * Whether a header field of the client contains a Sluice key or ticket, or a token that the route accepts,
 * and must not be sent upstream.
 */
export function isCredentialHeader(
  [name, value]: readonly [name: string, value: string],
  rules: CredentialRules,
): boolean {
  const { lower } = fieldName(name);
  if (lower !== 'authorization' && lower !== 'x-api-key') return false;
  if (mentionsSecret(value)) return true;
  const isToken = lower === 'authorization' && bearerToken(value) !== null;
  return isToken && isAcceptedCredential({ kind: 'jwt', source: 'header' }, rules);
}

/** Whether an offered subprotocol is a place for credentials, which is never sent upstream. */
export function isCredentialProtocol(protocol: string): boolean {
  return credentialProtocol.test(protocol);
}

/**
 * The query without the parameters that contain a Sluice key or ticket, and without tokens that the route
 * accepts. Everything else is kept byte for byte and in order, including an `api_key` or `ticket` that is not
 * one of Sluice.
 * @param rawQuery as received, without the question mark
 * @returns null if nothing is left, so that the question mark is removed, too
 */
export function withoutCredentialParameters(rawQuery: string | null, rules: CredentialRules): string | null {
  if (rawQuery === null || !mayNameCredential.test(rawQuery)) return rawQuery;
  const parameters = rawQuery.split('&');
  const kept = parameters.filter((parameter) => {
    const { name, value } = decodedParameter(parameter);
    const kind = parameterKinds.get(name);
    if (kind === undefined) return true;
    return (
      !mentionsSecret(value) && !(kind === 'jwt' && isAcceptedCredential({ kind, source: 'query' }, rules))
    );
  });
  if (kept.length === parameters.length) return rawQuery;
  return kept.length === 0 ? null : kept.join('&');
}

// `access_token` is of RFC 6750 §2.3.
const parameterKinds: ReadonlyMap<string, PresentedCredential['kind']> = new Map([
  ['api_key', 'apiKey'],
  ['ticket', 'ticket'],
  ['access_token', 'jwt'],
]);

// A name may be encoded. Only a query that matches needs to be read parameter by parameter.
const mayNameCredential = new RegExp(`%|${[...parameterKinds.keys()].join('|')}`);

const protocolKinds: typeof parameterKinds = new Map([
  ['key', 'apiKey'],
  ['ticket', 'ticket'],
  ['jwt', 'jwt'],
]);

/** Whether a route accepts credentials of this kind in this place. A ticket stands for a key. */
export function isAcceptedCredential(
  { kind, source }: Pick<PresentedCredential, 'kind' | 'source'>,
  { mode, sources }: CredentialRules,
): boolean {
  const isOfMode = kind === mode || (kind === 'ticket' && mode === 'apiKey');
  return isOfMode && sources.includes(source);
}

function candidates(
  { authorization, xApiKey, query, protocols }: CredentialPlaces,
  { mode }: CredentialRules,
): Candidate[] {
  const found: Candidate[] = [];
  const add = (kind: Candidate['kind'], source: KeySource, place: string, value: string): void => {
    found.push({ kind, source, place, value: value.trim() });
  };
  for (const value of authorization) {
    const token = bearerToken(value);
    if (token !== null)
      add(mode === 'jwt' ? 'jwt' : 'apiKey', 'header', 'the header field Authorization', token);
  }
  for (const value of xApiKey) add('apiKey', 'header', 'the header field X-Api-Key', value);
  const hasParameters = query !== null && mayNameCredential.test(query);
  for (const parameter of hasParameters ? query.split('&') : []) {
    const { name, value } = decodedParameter(parameter);
    const kind = parameterKinds.get(name);
    // Other services have tickets, too, which the gateway ignores.
    if (kind === 'ticket' && !mentionsSecret(value)) continue;
    if (kind !== undefined) add(kind, 'query', `the query parameter ${name}`, value);
  }
  for (const protocol of protocols) {
    const [, name = '', value] = credentialProtocol.exec(protocol) ?? [];
    const kind = protocolKinds.get(name.toLowerCase());
    if (kind !== undefined && value !== undefined)
      add(kind, 'subprotocol', 'the offered subprotocols', value);
  }
  return found;
}

// Other schemes, such as Basic, are meant for the upstream.
function bearerToken(authorization: string): string | null {
  return /^bearer(?:\s(.*))?$/i.exec(authorization.trim())?.slice(1).join('') ?? null;
}

function decodedParameter(parameter: string): { name: string; value: string } {
  const [name = '', ...value] = parameter.split('=');
  return { name: percentDecoded(name), value: percentDecoded(value.join('=')) };
}

// Unlike decodeURIComponent this keeps a broken encoding unchanged, and never throws.
function percentDecoded(text: string): string {
  return text.replace(/%[0-9A-Fa-f]{2}/g, (encoded) =>
    String.fromCharCode(Number.parseInt(encoded.slice(1), 16)),
  );
}

function mentionsSecret(value: string): boolean {
  return secretMention.test(value);
}
