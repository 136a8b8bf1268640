/**
 * Whether a path matches a pattern of glob(3), segment by segment: `*`, `?` and `[…]`, none of which
 * takes a slash or a first dot.
 */
export function matchesGlob(pattern: string, path: string): boolean {
  const patterns = pattern.split('/');
  const segments = path.split('/');
  return (
    patterns.length === segments.length &&
    segments.every((segment, index) => matchesSegment(patterns[index] ?? '', segment))
  );
}

export function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

// On a mismatch only the last `*` takes one character more, so that the time is bounded by
// the product of both lengths.
function matchesSegment(pattern: string, text: string): boolean {
  if (text.startsWith('.') && !pattern.startsWith('.')) return false;
  let [at, inText, lastStar, starTook] = [0, 0, -1, 0];
  while (inText < text.length) {
    const one = oneCharacter(pattern, at, text.charAt(inText));
    if (pattern[at] === '*') {
      [lastStar, starTook] = [at, inText];
      at += 1;
    } else if (one !== null) {
      at = one;
      inText += 1;
    } else if (lastStar !== -1) {
      starTook += 1;
      [at, inText] = [lastStar + 1, starTook];
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** Where the pattern continues after it has matched this character; null if it does not match. */
function oneCharacter(pattern: string, at: number, character: string): number | null {
  const expected = pattern[at];
  if (expected === '[') return inBrackets(pattern, at, character);
  if (expected === '\\') return pattern[at + 1] === character ? at + 2 : null;
  return expected === '?' || expected === character ? at + 1 : null;
}

function inBrackets(pattern: string, at: number, character: string): number | null {
  const isNegated = pattern[at + 1] === '!' || pattern[at + 1] === '^';
  const start = at + (isNegated ? 2 : 1);
  // A bracket that stands first is a member of the set.
  const end = pattern.indexOf(']', start + 1);
  if (end === -1) return character === '[' ? at + 1 : null;
  let isMember = false;
  for (let each = start; each < end; each += 1) {
    const [first = '', dash, last = ''] = pattern.slice(each, each + 3);
    const isRange = dash === '-' && each + 2 < end;
    if (isRange ? first <= character && character <= last : first === character) isMember = true;
    if (isRange) each += 2;
  }
  return isMember === isNegated ? null : end + 1;
}
