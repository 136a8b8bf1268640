import { durationMs } from './durations.js';
import type { Findings } from './findings.js';
import type { Directive } from './parser.js';
import type { RouteFields } from './route-document.js';
import { argument } from './scope.js';

type StickyCookie = NonNullable<RouteFields['stickyCookie']>;

const maxAgeSeconds = 34_560_000;

/** The sticky balancing of an `upstream` block. Null: it was reported, and is not carried over. */
export function stickyBalancingOf(
  directive: Directive,
  findings: Findings,
): Pick<RouteFields, 'balancing' | 'stickyCookie'> | null {
  if (argument(directive, 0) !== 'cookie') {
    findings.warn(directive, 'only "sticky cookie" is carried over: upstreams are taken in turns');
    return null;
  }
  const stickyCookie: StickyCookie = { name: argument(directive, 1) };
  for (const { text } of directive.args.slice(2)) {
    const fields = attributeOf(text);
    if (fields === null) findings.warn(directive, `"${text}" is not carried over`);
    else Object.assign(stickyCookie, fields);
  }
  if (stickyCookie.sameSite === 'none' && stickyCookie.secure !== true) {
    findings.warn(directive, '"samesite=none" needs "secure", without which browsers refuse the cookie');
    delete stickyCookie.sameSite;
  }
  return { balancing: 'sticky', stickyCookie };
}

/** Null: a sticky cookie of a route has no such attribute. */
function attributeOf(text: string): StickyCookie | null {
  if (text === 'secure') return { secure: true };
  // The cookie of a route always has it.
  if (text === 'httponly') return {};
  if (text === 'expires=max') return { maxAgeSeconds };
  const sameSite = (['lax', 'strict', 'none'] as const).find((each) => text === `samesite=${each}`);
  if (sameSite) return { sameSite };
  const expiresMs = durationMs(/^expires=(.+)$/.exec(text)?.[1] ?? '');
  if (expiresMs === null || expiresMs < 1000) return null;
  return { maxAgeSeconds: Math.min(maxAgeSeconds, Math.floor(expiresMs / 1000)) };
}
