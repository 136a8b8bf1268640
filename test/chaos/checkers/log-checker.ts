import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { recordOf } from '../workload/rest.js';

const shownLines = 5;
const maxShownLength = 1000;
/** The pino level of an error after which the process exits. */
const fatal = 60;
// JavaScript's own error types indicate a bug; errors that clients, upstreams and servers cause have other
// names.
const bugs =
  /\b(TypeError|RangeError|ReferenceError|SyntaxError|AssertionError)\b|[Uu]nhandled|MaxListenersExceeded/;
const bugMessage = 'unexpected error while handling an upgrade';

/**
 * The suspicious lines of a program's output: lines that are not log lines, fatal errors, and errors that
 * indicate a bug. `allowed` matches lines to ignore.
 */
export async function checkLog(path: string, allowed: RegExp | null = null): Promise<string[]> {
  const text = await readFile(path, 'utf8');
  const suspicious = text.split('\n').filter((line) => line !== '' && isSuspicious(line, allowed));
  const shown = suspicious.slice(0, shownLines).map((line) => line.slice(0, maxShownLength));
  const more = suspicious.length > shown.length ? [`and ${suspicious.length - shown.length} more lines`] : [];
  return [...shown, ...more].map((line) => `${basename(path)}: ${line}`);
}

function isSuspicious(line: string, allowed: RegExp | null): boolean {
  if (allowed?.test(line)) return false;
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
