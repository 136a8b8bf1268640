import { fieldRules } from './field-rules.js';

/** A part of a value: text, or the name of a variable. */
export type TemplatePart = { text: string } | { variable: string };

export type HeaderTemplate = { ok: true; parts: TemplatePart[] } | { ok: false; reason: string };

/** The variables of every route. The parameters of its path are variables, too. */
export const headerVariables = [
  'client_ip',
  'host',
  'tenant',
  'route',
  'request_id',
  'key_id',
  'key_name',
] as const;
export type HeaderVariable = (typeof headerVariables)[number];

// The last group captures a dollar sign that starts none of these forms.
const tokens = /\$\$|\$([a-z][a-z0-9_]*)|\$\{([a-z][a-z0-9_]*)\}|(\$)/g;

/** Parses a value with variables: `$name` or `${name}`, and `$$` for a dollar sign. */
export function parseHeaderTemplate(value: string): HeaderTemplate {
  const parts: TemplatePart[] = [];
  let text = '';
  let end = 0;
  for (const match of value.matchAll(tokens)) {
    const [token, plain, braced, dollar] = match;
    text += value.slice(end, match.index);
    end = match.index + token.length;
    if (dollar !== undefined) return { ok: false, reason: fieldRules.dollar_sign };
    const variable = plain ?? braced;
    if (variable === undefined) {
      text += '$';
      continue;
    }
    if (text !== '') parts.push({ text });
    parts.push({ variable });
    text = '';
  }
  text += value.slice(end);
  if (text !== '') parts.push({ text });
  return { ok: true, parts };
}

/** Why a value cannot be used in a route whose path has these parameters, or null. */
export function headerTemplateProblem(value: string, parameters: readonly string[]): string | null {
  return templateProblem(value, [...headerVariables, ...parameters]);
}

/** Why a value is not a template with these variables, or null if it is one. */
export function templateProblem(value: string, known: readonly string[]): string | null {
  if (!value.includes('$')) return null;
  const template = parseHeaderTemplate(value);
  if (!template.ok) return template.reason;
  for (const part of template.parts) {
    if ('variable' in part && !known.includes(part.variable)) {
      return `the variable "$${part.variable}" is unknown; expected one of ${known.map((name) => `$${name}`).join(', ')}`;
    }
  }
  return null;
}

/** Escapes a text, so that the template consists of exactly that text. */
export function escapeHeaderText(text: string): string {
  return text.replaceAll('$', '$$$$');
}
