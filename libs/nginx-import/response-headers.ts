import { isReservedHeader } from '#libs/contract';
import type { Findings } from './findings.js';
import { headerValueOf } from './header-values.js';
import type { Directive } from './parser.js';
import { argument, type Scope } from './scope.js';
import type { Variables } from './variables.js';

/** The changes of a location to the answers of its upstream. */
export interface ResponseHeaders {
  set: Record<string, string>;
  remove: string[];
}

/** Reads the `add_header` and `proxy_hide_header` directives that are in force. */
export function responseHeadersOf(scope: Scope, variables: Variables, findings: Findings): ResponseHeaders {
  const headers: ResponseHeaders = { set: {}, remove: [] };
  for (const directive of scope.inForce('add_header')) addHeader(headers, directive, variables, findings);
  for (const directive of scope.inForce('proxy_hide_header')) {
    const name = argument(directive, 0);
    if (canChange(name)) headers.remove.push(name);
    else findings.warn(directive, notChangeable(name));
  }
  return headers;
}

function addHeader(
  headers: ResponseHeaders,
  directive: Directive,
  variables: Variables,
  findings: Findings,
): void {
  const [name, value] = [argument(directive, 0), argument(directive, 1)];
  // nginx adds fields to some statuses, and 101 is not one of them.
  if (argument(directive, 2) !== 'always') {
    findings.hint(directive, `without "always", nginx does not add "${name}" to the answer to a handshake`);
    return;
  }
  const template = headerValueOf(value, variables);
  if (!canChange(name)) findings.warn(directive, notChangeable(name));
  else if (template === null)
    findings.warn(directive, `"${name}" is not carried over: its value depends on the request`);
  else if (template !== '') headers.set[name] = template;
}

function canChange(name: string): boolean {
  return !isReservedHeader(name) && name.toLowerCase() !== 'alt-svc';
}

function notChangeable(name: string): string {
  return `"${name}" belongs to the connection or to the gateway, and a route does not change it`;
}
