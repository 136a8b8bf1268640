import { hostPatternSchema } from '#libs/contract';
import type { Findings } from './findings.js';
import type { Directive } from './parser.js';

/** The host patterns that the names of a server mean, in their order; `_` and `""` mean none. */
export function hostsOf(server: Directive, findings: Findings): string[] {
  const directives = (server.block ?? []).filter(({ name }) => name === 'server_name');
  const hosts = directives.flatMap((directive) =>
    directive.args.flatMap(({ text }) => {
      const read = patternsOf(text.toLowerCase());
      if (typeof read !== 'string') return read;
      findings.warn(directive, `the name "${text}" is not carried over: ${read}`);
      return [];
    }),
  );
  return [...new Set(hosts)];
}

/** The patterns, or why there are none. */
function patternsOf(name: string): string[] | string {
  // A name that no Host can be: people write it for "any other".
  if (name === '' || name === '_') return [];
  if (name.startsWith('~')) return 'a host is matched by name, and not by a regular expression';
  if (name.includes('$')) return 'it is the name of the machine of nginx';
  if (name.endsWith('.*')) return 'only the first labels of a name may be open, as in "*.example.com"';
  const patterns = name.startsWith('.') ? [name.slice(1), `*${name}`] : [name];
  return patterns.every((pattern) => hostPatternSchema.safeParse(pattern).success)
    ? patterns
    : 'it is not the name of a host';
}
