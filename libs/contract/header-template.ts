/** A part of a value: text, or the name of a variable. */
export type TemplatePart = { text: string } | { variable: string };

export type HeaderTemplate = { ok: true; parts: TemplatePart[] } | { ok: false; reason: string };

/** The variables that every route knows; the parameters of its path come in addition. */
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

// A dollar that begins none of these forms ends up in the last group.
const tokens = /\$\$|\$([a-z][a-z0-9_]*)|\$\{([a-z][a-z0-9_]*)\}|(\$)/g;

/** Parses a value with variables: `$name` or `${name}`, and `$$` for a dollar. */
export function parseHeaderTemplate(value: string): HeaderTemplate {
  const parts: TemplatePart[] = [];
  let text = '';
  let end = 0;
  for (const match of value.matchAll(tokens)) {
    const [token, plain, braced, dollar] = match;
    text += value.slice(end, match.index);
    end = match.index + token.length;
    if (dollar !== undefined)
      return { ok: false, reason: 'a "$" begins no variable; write "$$" for a dollar' };
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

/** Why a value has another variable than these, or is no template; null if it is one. */
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

/** The value that means this text, whatever it contains. */
export function escapeHeaderText(text: string): string {
  return text.replaceAll('$', '$$$$');
}
