import type { RefusalCode } from '#libs/problem-details';

/** The parts of a request target, each as the client wrote it. */
export interface RequestTarget {
  /**
   * The host and port of a target in absolute-form; null for a target in origin-form, for which `Host`
   * contains them.
   */
  authority: string | null;
  rawPath: string;
  /** The query without the `?`; null if there is no `?`, empty if nothing follows it. */
  rawQuery: string | null;
}

export type ParsedRequestTarget =
  { ok: true; target: RequestTarget } | { ok: false; code: RefusalCode; detail: string };

// The schemes ws and wss are accepted too: a client that uses a proxy sends the URL that it was given.
const absoluteForm = /^(?:https?|wss?):\/\/([^/?#]*)/i;

/**
 * Parses a request target in origin-form or absolute-form (RFC 9112 §3.2). The scheme of an absolute-form
 * target must be `http`, `https`, `ws` or `wss`. It is otherwise ignored, since routes do not depend on it.
 */
export function parseRequestTarget(text: string, maxBytes: number): ParsedRequestTarget {
  // A head is decoded as Latin-1, with one character for each byte.
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
  // User information could be used to make one host look like another (RFC 9110 §4.2.4).
  if (authority.includes('@')) return badHandshake('the request target has user information');
  const { rawPath, rawQuery } = splitQuery(text.slice(start.length));
  // An empty path is sent as "/" (RFC 9112 §3.2.1).
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
