// A word is compared by its first characters; a name of 100 characters has few longer words.
const maxWordCharacters = 64;
// A path may have a thousand words, and each word is a row.
const maxWords = 100;

/**
 * The words of a text by which it is found, each once: runs of letters, marks and digits, in lower case after
 * the compatibility normalization NFKC (UAX #15). The `slc_` before the prefix of a key is no word.
 */
export function searchWords(text: string): string[] {
  const words = folded(text.replaceAll(/\bslc_(?=[0-9A-Za-z])/g, ' '))
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => firstCharacters(word, maxWordCharacters));
  return [...new Set(words)].slice(0, maxWords);
}

/** A name as lists sort it: without regard to case, by its first 100 characters. */
export function sortKeyOfName(name: string): string {
  return firstCharacters(folded(name), 100);
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

function firstCharacters(text: string, count: number): string {
  return text.length <= count ? text : Array.from(text).slice(0, count).join('');
}
