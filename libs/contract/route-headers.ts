import { z } from 'zod';
import { headerNameSchema, headerValueSchema, publishedHeaderNameSchema } from './header-fields.js';
import { escapeHeaderText, headerTemplateProblem } from './header-template.js';
import { refuseRepeated } from './repeated-items.js';
import { fieldRules } from './field-rules.js';

const setDescription =
  'in place of existing ones; `$name` and `${name}` are variables, `$$` is a dollar sign';

// `Alt-Svc` would move all clients of the host to another server (RFC 7838 §3). It is also removed from the
// response of an upstream.
const responseNameSchema = headerNameSchema.refine((name) => name.toLowerCase() !== 'alt-svc', {
  error: fieldRules.header_of_host,
});

/** The header fields that a route changes in the upstream request. */
export const requestHeadersSchema = requestHeadersNamedBy(headerNameSchema).meta({
  id: 'RouteRequestHeaders',
});

/** The same, as earlier versions accepted it. */
export const publishedRequestHeadersSchema = requestHeadersNamedBy(publishedHeaderNameSchema);

/** The header fields that a route changes in responses of the upstream: in a 101 and in any other. */
export const responseHeadersSchema = headersNamedBy(responseNameSchema, {
  set: `Header fields that are set in the response to the client, ${setDescription}`,
  remove: "Header fields that are removed from the upstream's response",
}).meta({ id: 'RouteResponseHeaders' });

export interface HeaderChanges {
  set: Readonly<Record<string, string>>;
  remove: readonly string[];
}

/** Refuses duplicate header fields, and values with variables that the route does not have. */
export function refuseAmbiguousHeaders(
  changes: HeaderChanges,
  context: z.core.$RefinementCtx,
  { field, parameters }: { field: string; parameters: readonly string[] },
): void {
  const refuse = (name: string, message: string | null): void => {
    if (message !== null) context.addIssue({ code: 'custom', path: [field, 'set', name], message });
  };
  for (const name of namesInTwoCases(changes.set)) {
    refuse(name, fieldRules.header_repeated);
  }
  for (const [name, value] of Object.entries(changes.set)) {
    refuse(name, headerTemplateProblem(value, parameters));
  }
  refuseRepeated(changes.remove, context, [field, 'remove'], (name) => name.toLowerCase());
}

/**
 * A published route as a version with variables would have published it. Versions without variables have no
 * `responseHeaders`, and a dollar sign in their values is literal.
 */
export function withEscapedDollars(route: unknown): unknown {
  if (!isFields(route) || 'responseHeaders' in route) return route;
  const { requestHeaders } = route;
  if (!isFields(requestHeaders) || !isFields(requestHeaders['set'])) return route;
  const set = Object.entries(requestHeaders['set']).map(([name, value]) => [
    name,
    typeof value === 'string' ? escapeHeaderText(value) : value,
  ]);
  return { ...route, requestHeaders: { ...requestHeaders, set: Object.fromEntries(set) as unknown } };
}

// The parameter is a `typeof headerNameSchema` rather than any schema, so that the type of a route has
// strings as names.
function requestHeadersNamedBy(nameSchema: typeof headerNameSchema) {
  return headersNamedBy(nameSchema, {
    set: `Header fields that are set in the upstream request, ${setDescription}`,
    remove: 'Header fields that are removed from the upstream request',
  });
}

function headersNamedBy(nameSchema: typeof headerNameSchema, descriptions: { set: string; remove: string }) {
  return z.strictObject({
    set: z
      .record(nameSchema, headerValueSchema)
      .refine((set) => Object.keys(set).length <= 64, {
        error: 'at most 64 header fields',
        params: { code: 'too_many', values: { bound: 64 } },
      })
      .default({})
      .meta({ description: descriptions.set }),
    remove: z.array(nameSchema).max(64).default([]).meta({ description: descriptions.remove }),
  });
}

function namesInTwoCases(headers: object): string[] {
  const seen = new Set<string>();
  return Object.keys(headers).filter((name) => {
    const lower = name.toLowerCase();
    const isRepeated = seen.has(lower);
    seen.add(lower);
    return isRepeated;
  });
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
