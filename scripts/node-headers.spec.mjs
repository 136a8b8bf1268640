import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findNodeHeaders } from './node-headers.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-headers-'));
  const headers = join(folder, 'include', 'node');
  mkdirSync(headers, { recursive: true });
  const lines = [
    '#define NODE_MAJOR_VERSION 26',
    '#define NODE_MINOR_VERSION 1',
    '#define NODE_PATCH_VERSION 0',
  ];
  writeFileSync(join(headers, 'node_version.h'), lines.join('\n'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('headers of this Node.js are found beside it', () => {
  expect(findNodeHeaders({ execPath: join(folder, 'bin', 'node'), version: '26.1.0' })).toBe(folder);
});

test('headers of another version are not used', () => {
  expect(findNodeHeaders({ execPath: join(folder, 'bin', 'node'), version: '26.1.1' })).toBeUndefined();
});

test('nothing is found if Node.js has no headers', () => {
  expect(findNodeHeaders({ execPath: join(folder, 'elsewhere', 'bin', 'node') })).toBeUndefined();
});
