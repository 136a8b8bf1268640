import { stat } from 'node:fs/promises';

/**
 * A fingerprint that changes when a file is written to, replaced or reached over another symbolic link; a file that cannot be
 * read has one too.
 */
export async function fileMarks(files: readonly string[]): Promise<string> {
  const marks = await Promise.all(files.map(markOf));
  return marks.join('\n');
}

// The time of the last change cannot be set, so a tool that keeps the time of the content does not hide a new file.
async function markOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, ctimeNs } = await stat(file, { bigint: true });
    return [file, dev, ino, size, ctimeNs].join(' ');
  } catch (error) {
    return `${file} ${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'}`;
  }
}
