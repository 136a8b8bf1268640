import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditPackages } from './audit-packages.mjs';

const advisoriesPath = '/-/npm/v1/security/advisories/bulk';

let registry;
// npm caches advisories; those of this test must not end up in the cache of the user.
let cache;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'sluice-audit-'));
});
afterEach(() => {
  rmSync(cache, { recursive: true, force: true });
  registry?.closeAllConnections();
  registry?.close();
  registry = undefined;
});

describe('auditPackages', () => {
  test('passes without advisories', async () => {
    expect(await auditWith({})).toEqual({ state: 'passed', lines: [] });
  });

  test('fails with the name, the severity and the advisory of a package', async () => {
    const { state, lines } = await auditWith({ ws: [advisory('moderate')] });
    expect(state).toBe('failed');
    expect(lines).toContain('ws: moderate, Memory is exhausted (https://advisories.example/1)');
  });

  test('passes with an advisory of a lower severity', async () => {
    expect(await auditWith({ ws: [advisory('low')] })).toEqual({ state: 'passed', lines: [] });
  });

  test('reports `unchecked` if no advisories can be read', async () => {
    for (const answer of [
      (response) => response.writeHead(405).end(),
      (response) => response.writeHead(503).end('{}'),
      (response) => response.writeHead(200).end('<html>'),
      (response) => response.destroy(),
    ]) {
      const { state, lines } = await audit(answer);
      expect(state).toBe('unchecked');
      expect(lines).toEqual([expect.stringContaining('no advisories could be read: ')]);
      registry.close();
    }
  });

  test('reports `unchecked` if the registry is unreachable', async () => {
    expect(await auditPackages(['--registry=http://127.0.0.1:9', `--cache=${cache}`])).toMatchObject({
      state: 'unchecked',
    });
  });
});

function advisory(severity) {
  const url = 'https://advisories.example/1';
  return {
    ...{ id: 1, url, title: 'Memory is exhausted', severity, vulnerable_versions: '*' },
    ...{ cwe: [], cvss: { score: 0, vectorString: null } },
  };
}

function auditWith(advisories) {
  return audit((response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(advisories));
  });
}

/** Audits with a registry that gives this answer to the request for advisories, and has no packages. */
async function audit(answer) {
  registry = createServer((request, response) => {
    request.resume();
    if (request.url === advisoriesPath) answer(response);
    else response.writeHead(404).end('{}');
  });
  registry.listen(0, '127.0.0.1');
  await once(registry, 'listening');
  return auditPackages([`--registry=http://127.0.0.1:${registry.address().port}`, `--cache=${cache}`]);
}
