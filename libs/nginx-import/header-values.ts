import { escapeHeaderText } from '#libs/contract';
import type { Variables } from './variables.js';

/** The variables of nginx that routes have under another name, or the same. */
const variables: Readonly<Record<string, string>> = {
  remote_addr: '$client_ip',
  host: '$host',
  request_id: '$request_id',
};

/** A value of nginx as one of a route; null where it has a variable that routes do not have. */
export function headerValueOf(value: string, known: Variables): string | null {
  let text = '';
  for (const part of known.parts(value)) {
    if ('text' in part) text += escapeHeaderText(part.text);
    else {
      const variable = variables[part.variable];
      if (variable === undefined) return null;
      // A letter that follows would count as part of the name.
      text += `\${${variable.slice(1)}}`;
    }
  }
  return text.replace(/^\$\{(\w+)\}$/, '$$$1');
}
