// Writes the graph of folders in CONTRIBUTING.md from what dependency-cruiser finds: npm run docs:graph
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const document = fileURLToPath(new URL('../../CONTRIBUTING.md', import.meta.url));
const folderPattern = /^(?:apps|libs)\/[^/]+/;
const markers = ['<!-- The graph is generated: npm run docs:graph -->', '<!-- End of the graph. -->'];

const imports = readImports();
const text = readFileSync(document, 'utf8');
const [begin, end] = markers.map((marker) => text.indexOf(marker));
if (begin === -1 || end < begin) throw new Error('CONTRIBUTING.md has no place for the graph');
writeFileSync(document, `${text.slice(0, begin)}${markers[0]}\n\n${draw()}\n\n${text.slice(end)}`);

/** For each folder those that it imports, tests not counted. */
function readImports() {
  const options = ['apps', 'libs', '--output-type', 'json', '--include-only', '^(apps|libs)/'];
  const cruiser = 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs';
  const { stdout } = spawnSync(process.execPath, [cruiser, ...options], {
    cwd: root,
    maxBuffer: 1 << 28,
    encoding: 'utf8',
  });
  const folders = new Map();
  for (const { source, dependencies } of JSON.parse(stdout).modules) {
    if (source.endsWith('.spec.ts') || source.includes('/fixtures/')) continue;
    const from = folderOf(source);
    const imported = folders.get(from) ?? new Set();
    folders.set(from, imported);
    for (const { resolved } of dependencies)
      if (folderOf(resolved) !== from) imported.add(folderOf(resolved));
  }
  return folders;
}

function folderOf(file) {
  return folderPattern.exec(file)?.[0] ?? file;
}

// An arrow that others already imply is left out, so that the picture can be read.
function draw() {
  const arrows = [...imports].flatMap(([from, folders]) =>
    [...folders]
      .filter((to) => ![...folders].some((other) => other !== to && reaches(other, to)))
      .map((to) => `  ${nodeOf(from)} --> ${nodeOf(to)}`),
  );
  return ['```mermaid', 'flowchart TD', ...arrows.sort(), '```'].join('\n');
}

function reaches(from, to) {
  const folders = [...(imports.get(from) ?? [])];
  return folders.includes(to) || folders.some((folder) => reaches(folder, to));
}

function nodeOf(folder) {
  const [kind, name] = folder.split('/');
  const id = folder.replaceAll(/[/-]/g, '_');
  return kind === 'apps' ? `${id}[["${folder}"]]` : `${id}["${name}"]`;
}
