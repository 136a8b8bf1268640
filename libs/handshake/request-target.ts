import type { RefusalCode } from '#libs/problem-details';

/** A request target in its parts, each as the client wrote it. */
export interface RequestTarget {
  /** Host and port of a target in absolute-form; null in origin-form, where `Host` has them. */
  authority: string | null;
  rawPath: string;
  /** Without the `?`; null where there is none, empty where nothing follows it. */
  rawQuery: string | null;
}

export type ParsedRequestTarget =
  { ok: true; target: RequestTarget } | { ok: false; code: RefusalCode; detail: string };

// ws and wss too: a client that is configured with a proxy sends the URL that it was given.
const absoluteForm = /^(?:https?|wss?):\/\/([^/?#]*)/i;

/**
 * Parses a request target in origin-form or absolute-form (RFC 9112 §3.2). An absolute-form target has the scheme
 * `http`, `https`, `ws` or `wss`; which of them makes no difference, since routes do not depend on it.
 */
export function parseRequestTarget(text: string, maxBytes: number): ParsedRequestTarget {
  // Node decodes a head as Latin-1: one character for each byte.
  if (text.length > maxBytes) {
    return refuse('uri_too_long', `the request target is longer than ${maxBytes} bytes`);
  }
  if (!/^[\x21-\x7e]*$/.test(text)) {
    return badHandshake('the request target has a character that must be percent-encoded');
  }
  if (text.includes('#')) return badHandshake('the request target has a fragment');
  if (text.startsWith('/')) return { ok: true, target: { authority: null, ...splitQuery(text) } };

  const [start, authority] = absoluteForm.exec(text) ?? [];
  if (start === undefined || authority === undefined) {
    return badHandshake('the request target must be a path, or a URL with the scheme http, https, ws or wss');
  }
  // RFC 9110 §4.2.4: user information is there to make one host look like another.
  if (authority.includes('@')) return badHandshake('the request target has user information');
  const { rawPath, rawQuery } = splitQuery(text.slice(start.length));
  // RFC 9112 §3.2.1: an empty path is sent as "/".
  return { ok: true, target: { authority, rawPath: rawPath === '' ? '/' : rawPath, rawQuery } };
}

function splitQuery(text: string): Pick<RequestTarget, 'rawPath' | 'rawQuery'> {
  const mark = text.indexOf('?');
  if (mark === -1) return { rawPath: text, rawQuery: null };
  return { rawPath: text.slice(0, mark), rawQuery: text.slice(mark + 1) };
}

function badHandshake(detail: string): ParsedRequestTarget {
  return refuse('bad_handshake', detail);
}

function refuse(code: RefusalCode, detail: string): ParsedRequestTarget {
  return { ok: false, code, detail };
}
