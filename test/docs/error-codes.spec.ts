import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { problems } from '#libs/problem-details';
import { codeIn, tableRowsUnder } from './markdown-table.js';

const root = new URL('../../', import.meta.url).pathname;
const document = readFileSync(join(root, 'docs', 'error-codes.md'), 'utf8');

describe('docs/error-codes.md', () => {
  test('lists exactly the codes of the registry, each once and with its status', () => {
    const rows = [
      ...tableRowsUnder(document, '## Gateway: answers before the upgrade'),
      ...tableRowsUnder(document, '## REST API'),
    ];
    const documented = rows.map(([code = '', status]) => `${codeIn(code).join()} ${status}`);
    const registered = Object.entries(problems).map(([code, { status }]) => `${code} ${status}`);
    expect(documented.sort()).toEqual(registered.sort());
  });

  test('says for each code what to check', () => {
    for (const heading of ['## Gateway: answers before the upgrade', '## REST API']) {
      for (const [code, , when, check] of tableRowsUnder(document, heading)) {
        expect([code, when !== '', check !== undefined && check !== '']).toEqual([code, true, true]);
      }
    }
  });

  test.each([
    ['## Close codes that a gateway sends', ['apps/gateway', 'libs']],
    ['## Close codes of `/v1/events`', ['apps/api']],
    ['## Close codes of `/v1/connections/{id}/tap`', ['apps/api']],
  ])('%s: lists only reasons that occur in the source', (heading, folders) => {
    const source = folders.map((folder) => sourceOf(join(root, folder))).join('\n');
    const reasons = tableRowsUnder(document, heading).flatMap(([, reason = '']) => codeIn(reason));
    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons.filter((reason) => !source.includes(`'${reason}'`))).toEqual([]);
  });

  test('lists every reason with which the gateway closes', () => {
    const folders = ['libs/tunnel', 'libs/connections', 'libs/pipeline'];
    const source = [
      readFileSync(join(root, 'apps/gateway/data-plane/drain.ts'), 'utf8'),
      readFileSync(join(root, 'apps/gateway/data-plane/upstream-observer.ts'), 'utf8'),
      readFileSync(join(root, 'apps/gateway/data-plane/rebalances.ts'), 'utf8'),
      ...folders.map((folder) => sourceOf(join(root, folder))),
    ].join('\n');
    const said = [
      ...source.matchAll(
        /(?:reason: |return |close\((?:\d{4}, )?|(?<!cause(?::| =) \w+ )\? )'([a-z]+(?: [a-z]+)+)'/g,
      ),
      ...source.matchAll(/reason: '([a-z]+)'/g),
    ];
    const reasons = new Set(said.map(([, reason]) => reason));
    const documented = tableRowsUnder(document, '## Close codes that a gateway sends').flatMap(
      ([, reason = '']) => codeIn(reason),
    );
    expect([...reasons].sort()).toEqual([...new Set(documented)].sort());
  });
});

function sourceOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}
