import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));
const begin = '<!-- The graph is generated: npm run docs:graph -->';
const end = '<!-- End of the graph. -->';

/** Each folder of `apps` and `libs`, with the folders that it imports. */
type FolderImports = ReadonlyMap<string, ReadonlySet<string>>;

/** The document with its graph generated from the imports between folders, without tests. */
export function withFolderGraph(document: string): string {
  const [before, after] = [document.indexOf(begin), document.indexOf(end)];
  if (before === -1 || after < before) throw new Error('the lines around the graph are missing');
  return `${document.slice(0, before)}${begin}\n\n${draw(readImports())}\n\n${document.slice(after)}`;
}

function readImports(): FolderImports {
  const folders = new Map<string, Set<string>>();
  for (const file of ['apps', 'libs'].flatMap(sourcesIn)) {
    const from = folderOf(file);
    if (from === undefined) continue;
    const imported = folders.get(from) ?? new Set();
    folders.set(from, imported);
    for (const { fileName } of ts.preProcessFile(readFileSync(join(root, file), 'utf8')).importedFiles) {
      const to = folderOf(fileName.startsWith('.') ? join(dirname(file), fileName) : fileName.slice(1));
      if (to !== undefined && to !== from) imported.add(to);
    }
  }
  return folders;
}

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts') && !name.includes('/fixtures/'))
    .map((name) => join(folder, name));
}

/** `apps/api` for `apps/api/main.ts`; undefined for files outside such folders. */
function folderOf(path: string): string | undefined {
  return /^(?:apps|libs)\/[^/]+(?=\/|$)/.exec(path)?.[0];
}

// An arrow that others imply is omitted, which keeps the graph readable.
function draw(imports: FolderImports): string {
  const arrows = [...imports].flatMap(([from, folders]) =>
    [...folders]
      .filter((to) => ![...folders].some((other) => other !== to && reaches(imports, other, to)))
      .map((to) => `  ${nodeOf(from)} --> ${nodeOf(to)}`),
  );
  return ['```mermaid', 'flowchart TD', ...arrows.sort(), '```'].join('\n');
}

function reaches(imports: FolderImports, from: string, to: string): boolean {
  const folders = [...(imports.get(from) ?? [])];
  return folders.includes(to) || folders.some((folder) => reaches(imports, folder, to));
}

function nodeOf(folder: string): string {
  const [kind, name = ''] = folder.split('/');
  const id = folder.replaceAll(/[/-]/g, '_');
  return kind === 'apps' ? `${id}[["${folder}"]]` : `${id}["${name}"]`;
}
