import { stat } from 'node:fs/promises';

/**
 * A fingerprint that changes when a file is written, replaced, or resolved through another symbolic link.
 * Includes unreadable files.
 */
export async function fileMarks(files: readonly string[]): Promise<string> {
  const marks = await Promise.all(files.map(markOf));
  return marks.join('\n');
}

// Uses ctime, which cannot be set, so a tool that preserves the modification time does not hide a new file.
async function markOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, ctimeNs } = await stat(file, { bigint: true });
    return [file, dev, ino, size, ctimeNs].join(' ');
  } catch (error) {
    return `${file} ${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'}`;
  }
}
