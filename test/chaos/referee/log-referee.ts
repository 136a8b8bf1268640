import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { recordOf } from '../writes/rest.js';

const shownLines = 5;
const longestShown = 1000;
/** Of pino: something that this process cannot go on with. */
const fatal = 60;
// These are of the program itself; what the outside does has other names.
const bugs =
  /\b(TypeError|RangeError|ReferenceError|SyntaxError|AssertionError)\b|[Uu]nhandled|MaxListenersExceeded/;
const bugMessage = 'a connection failed in a way that it should not';

/**
 * What a program printed that it should not: anything but its log, anything fatal, an error that is a bug. `mayPrint`: what else may be
 * there.
 */
export async function judgeLog(path: string, mayPrint: RegExp | null = null): Promise<string[]> {
  const text = await readFile(path, 'utf8');
  const suspicious = text.split('\n').filter((line) => line !== '' && isSuspicious(line, mayPrint));
  const shown = suspicious.slice(0, shownLines).map((line) => line.slice(0, longestShown));
  const more = suspicious.length > shown.length ? [`and ${suspicious.length - shown.length} more lines`] : [];
  return [...shown, ...more].map((line) => `${basename(path)}: ${line}`);
}

function isSuspicious(line: string, mayPrint: RegExp | null): boolean {
  if (mayPrint?.test(line)) return false;
  const { level, msg } = parsed(line);
  if (typeof level !== 'number') return true;
  return level >= fatal || msg === bugMessage || (level > 30 && bugs.test(line));
}

function parsed(line: string): Record<string, unknown> {
  try {
    return recordOf(JSON.parse(line));
  } catch {
    return {};
  }
}
