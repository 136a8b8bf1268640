import { fieldName } from './field-name.js';
import { headerValues, type HeaderField } from './header-field.js';
import { OrdinaryUpgrade } from './ordinary-upgrade.js';
import type { RequestMessage } from './request-message.js';

/**
 * The values of all cookies of this name, in order (RFC 6265 §5.4). As in browsers, quotes have no meaning: a
 * semicolon always ends a cookie.
 */
export function cookieValues(headers: readonly HeaderField[], name: string): string[] {
  return headerValues(headers, 'cookie').flatMap((field) =>
    field.split(';').flatMap((cookie) => (nameOf(cookie) === name ? [valueOf(cookie)] : [])),
  );
}

/** Whether the request has cookies. */
export function hasCookies(request: Pick<RequestMessage, 'headers'>): boolean {
  if (request instanceof OrdinaryUpgrade) return request.hasCookies;
  return request.headers.some(
    ([name]) => name.length === 'cookie'.length && fieldName(name).lower === 'cookie',
  );
}

/** The fields without the cookies of this name. Every other cookie keeps its bytes. */
export function withoutCookie(headers: readonly HeaderField[], name: string): HeaderField[] {
  return headers.flatMap((field): HeaderField[] => {
    if (fieldName(field[0]).lower !== 'cookie') return [field];
    const cookies = field[1].split(';');
    const kept = cookies.filter((cookie) => nameOf(cookie) !== name);
    if (kept.length === cookies.length) return [field];
    const text = kept.join(';').trim();
    return text === '' ? [] : [[field[0], text]];
  });
}

/** Null for a cookie without a name. */
function nameOf(cookie: string): string | null {
  const equals = cookie.indexOf('=');
  return equals === -1 ? null : cookie.slice(0, equals).trim();
}

function valueOf(cookie: string): string {
  return cookie.slice(cookie.indexOf('=') + 1).trim();
}
