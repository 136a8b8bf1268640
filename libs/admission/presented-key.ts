import type { KeySource, PublishedRoute } from '#libs/contract';

/** Where a request may carry a key: every occurrence of each. */
export interface KeyPlaces {
  authorization: readonly string[];
  xApiKey: readonly string[];
  /** As received, without the question mark; null when the request has none. */
  query: string | null;
  /** The subprotocols offered. */
  protocols: readonly string[];
}

export type PresentedKeyResult =
  | { ok: true; key: string; source: KeySource }
  | { ok: true; key: null; source: null }
  | { ok: false; code: 'bad_handshake'; detail: string };

interface Credential {
  source: KeySource;
  /** For people. */
  place: string;
  value: string;
}

// At the start of a value, or after what separates values from each other. A token of somebody else's, which may have
// any letters in it, is not taken for a key.
const keyMention = /(?:^|[\s,;="'])slc_/;
const keyProtocol = /^sluice\.key\./i;

/**
 * The key that a request presents on a route. A credential is what stands where the route looks for keys, and a Sluice
 * key (`slc_…`) anywhere. Two different ones in a request are refused, since parties that see it could disagree on
 * which counts. A key in a place where the route does not look counts as none; it still does not go upstream.
 */
export function findPresentedKey(places: KeyPlaces, auth: PublishedRoute['auth']): PresentedKeyResult {
  const isLookedAt = (source: KeySource): boolean => auth.mode === 'apiKey' && auth.sources.includes(source);
  const credentials = candidates(places).filter(
    ({ source, value }) => isLookedAt(source) || mentionsKey(value),
  );
  const [first] = credentials;
  const other = credentials.find(({ value }) => value !== first?.value);
  if (first !== undefined && other !== undefined) {
    const detail = `two different credentials: in ${first.place} and in ${other.place}`;
    return { ok: false, code: 'bad_handshake', detail };
  }
  const presented = credentials.find(({ source }) => isLookedAt(source));
  if (presented === undefined) return { ok: true, key: null, source: null };
  return { ok: true, key: presented.value, source: presented.source };
}

/** Whether a header field of the client holds a Sluice key and must not go upstream, on any route. */
export function isKeyHeader([name, value]: readonly [name: string, value: string]): boolean {
  const lower = name.toLowerCase();
  return (lower === 'authorization' || lower === 'x-api-key') && mentionsKey(value);
}

/** Whether an offered subprotocol is the place for a key, and must not go upstream, on any route. */
export function isKeyProtocol(protocol: string): boolean {
  return keyProtocol.test(protocol);
}

/**
 * The query without each `api_key` that holds a Sluice key; everything else stays byte for byte and in its order. An
 * upstream's own `api_key`, which is no `slc_…`, stays too.
 * @param rawQuery as received, without the question mark
 * @returns null when nothing is left, so that the question mark goes too
 */
export function withoutApiKeyParameter(rawQuery: string | null): string | null {
  if (rawQuery === null) return null;
  const parameters = rawQuery.split('&');
  const kept = parameters.filter((parameter) => {
    const value = apiKeyValue(parameter);
    return value === null || !mentionsKey(value);
  });
  if (kept.length === parameters.length) return rawQuery;
  return kept.length === 0 ? null : kept.join('&');
}

function candidates({ authorization, xApiKey, query, protocols }: KeyPlaces): Credential[] {
  const tokens = authorization.map(bearerToken).filter((token) => token !== null);
  const parameters = (query?.split('&') ?? []).map(apiKeyValue).filter((value) => value !== null);
  const offered = protocols.filter(isKeyProtocol).map((protocol) => protocol.replace(keyProtocol, ''));
  return [
    ...credentialsIn('header', 'the header field Authorization', tokens),
    ...credentialsIn('header', 'the header field X-Api-Key', xApiKey),
    ...credentialsIn('query', 'the query parameter api_key', parameters),
    ...credentialsIn('subprotocol', 'the offered subprotocols', offered),
  ];
}

function credentialsIn(source: KeySource, place: string, values: readonly string[]): Credential[] {
  return values.map((value) => ({ source, place, value: value.trim() }));
}

// Other schemes, such as Basic, are between the client and the upstream.
function bearerToken(authorization: string): string | null {
  return /^\s*bearer(?:\s+(.*))?$/i.exec(authorization)?.slice(1).join('') ?? null;
}

// The value of a parameter whose name is `api_key`, both percent-decoded; null for any other parameter.
function apiKeyValue(parameter: string): string | null {
  const [name = '', ...value] = parameter.split('=');
  return percentDecoded(name) === 'api_key' ? percentDecoded(value.join('=')) : null;
}

// Unlike decodeURIComponent this takes a broken encoding as it stands, and never throws.
function percentDecoded(text: string): string {
  return text.replace(/%[0-9A-Fa-f]{2}/g, (encoded) =>
    String.fromCharCode(Number.parseInt(encoded.slice(1), 16)),
  );
}

function mentionsKey(value: string): boolean {
  return keyMention.test(value);
}
