import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readNginxFiles } from './nginx-files.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-nginx-files-'));
  await mkdir(join(folder, 'nginx', 'sites-available'), { recursive: true });
  await mkdir(join(folder, 'nginx', 'sites-enabled'));
  await writeFile(join(folder, 'nginx', 'nginx.conf'), 'events {}');
  await writeFile(join(folder, 'nginx', 'sites-available', 'chat'), '# chat');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('links are followed inside the folder, and those that lead out are named', async () => {
  await writeFile(join(folder, 'secret'), 'a secret');
  await symlink('../sites-available/chat', join(folder, 'nginx', 'sites-enabled', 'chat'));
  await symlink('../../secret', join(folder, 'nginx', 'sites-enabled', 'secret'));
  expect(await readNginxFiles(join(folder, 'nginx'))).toEqual({
    files: { 'nginx.conf': 'events {}', 'sites-available/chat': '# chat', 'sites-enabled/chat': '# chat' },
    skipped: ['sites-enabled/secret: it leads out of the folder'],
  });
});

test('private keys and files that are not text are not sent', async () => {
  await writeFile(join(folder, 'nginx', 'key.pem'), '-----BEGIN EC PRIVATE KEY-----');
  await writeFile(join(folder, 'nginx', 'image'), Buffer.of(0xff, 0xfe));
  const { files, skipped } = await readNginxFiles(join(folder, 'nginx'));
  expect(Object.keys(files).sort()).toEqual(['nginx.conf', 'sites-available/chat']);
  expect(skipped.sort()).toEqual(['image: it is not UTF-8 text', 'key.pem: it has a private key']);
});

test('a file is sent alone, and one of 10 MB is refused before it is read', async () => {
  const file = join(folder, 'nginx', 'nginx.conf');
  expect(await readNginxFiles(file)).toEqual({ files: { 'nginx.conf': 'events {}' }, skipped: [] });
  await truncate(file, 10_000_000);
  await expect(readNginxFiles(file)).rejects.toThrow('nginx.conf has more than 1 MB');
  await expect(readNginxFiles(join(folder, 'none'))).rejects.toThrow('cannot be read');
});
