import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { parse, stringify } from 'yaml';
import { CommandError } from '../command-error.js';
import { errorText } from '../error-text.js';

type DocumentFormat = 'json' | 'yaml';

export interface DocumentFile {
  file: string;
  text: string;
  /** The parsed text, unchecked: the API checks it. */
  document: unknown;
}

/**
 * Reads a document; throws a `CommandError` for an unreadable file, or one that is not in the format of its
 * extension.
 */
export async function readDocument(file: string): Promise<DocumentFile> {
  const format = formatOf(file);
  const text = await readFile(file, 'utf8').catch((error: unknown) =>
    fail(`${file} cannot be read: ${errorText(error)}`, error),
  );
  try {
    const document: unknown = format === 'json' ? JSON.parse(text) : parse(text);
    return { file, text, document };
  } catch (error) {
    return fail(`${file}: ${errorText(error)}`, error);
  }
}

/** Replaces a file by a document, atomically and with mode 0600. */
export async function writeDocument(file: string, document: unknown): Promise<void> {
  const text = formatOf(file) === 'json' ? `${JSON.stringify(document, null, 2)}\n` : stringify(document);
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    // The document has hashes of secrets, so only the owner of the file may read it.
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    fail(`${file} cannot be written: ${errorText(error)}`, error);
  }
}

/** The format of the extension; throws for an unknown extension. */
export function formatOf(file: string): DocumentFormat {
  const extension = extname(file);
  if (extension === '.json') return 'json';
  if (extension === '.yaml' || extension === '.yml') return 'yaml';
  throw new CommandError(`${file}: expected a name that ends in .yaml, .yml or .json`);
}

function fail(message: string, cause: unknown): never {
  throw new CommandError(message, { cause });
}
