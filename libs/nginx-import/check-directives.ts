import { ConfigFault } from './config-fault.js';
import { knownDirective, type Context, type KnownDirective } from './known-directives.js';
import type { Directive } from './parser.js';

/**
 * Checks that known directives stand where nginx takes them, with as many arguments, and with a block only
 * where they have one. Throws a `ConfigFault` in the words of nginx. Blocks of
 * other directives are not checked.
 */
export function checkDirectives(directives: readonly Directive[], context: Context): void {
  if (context === 'entries') {
    directives.forEach(checkEntry);
    return;
  }
  const seen = new Set<string>();
  for (const directive of directives) {
    const known = knownOf(directive, context);
    if (known === null) continue;
    check(directive, known, context);
    if (known.isOnce && seen.has(directive.name)) {
      throw new ConfigFault(directive.place, `"${directive.name}" directive is duplicate`);
    }
    seen.add(directive.name);
    if (known.block !== null) checkDirectives(directive.block ?? [], known.block);
  }
}

function knownOf({ name }: Directive, context: Context): KnownDirective | null {
  if (name !== 'if') return knownDirective(name, context);
  const isInServer = context === 'server' || context === 'server if';
  const block = isInServer ? 'server if' : 'location if';
  return {
    in: ['server', 'location', 'server if', 'location if'],
    args: [1, Number.MAX_SAFE_INTEGER],
    block,
    isOnce: false,
  };
}

function check({ name, args, block, place }: Directive, known: KnownDirective, context: Context): void {
  if (!known.in.includes(context)) throw new ConfigFault(place, `"${name}" directive is not allowed here`);
  if (known.block === null && block !== null) {
    throw new ConfigFault(place, `directive "${name}" is not terminated by ";"`);
  }
  if (known.block !== null && block === null) {
    throw new ConfigFault(place, `directive "${name}" has no opening "{"`);
  }
  const [min, max] = known.args;
  if (args.length < min || args.length > max) {
    throw new ConfigFault(place, `invalid number of arguments in "${name}" directive`);
  }
}

function checkEntry({ block, place }: Directive): void {
  if (block !== null) throw new ConfigFault(place, 'unexpected "{"');
}
