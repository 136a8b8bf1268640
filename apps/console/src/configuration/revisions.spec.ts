import { expect, test } from 'vitest';
import type { AuditEntry } from '../audit/use-audit.js';
import { revisionsOf } from './revisions.js';

function entry(id: string, revision: number, after: AuditEntry['after']): AuditEntry {
  return {
    ...{ id, revision, at: '2026-11-30T00:00:00Z', actor: { kind: 'admin', id: null } },
    ...{ action: 'route.update', targetId: 'rte_1', tenantId: null, clientAddress: '127.0.0.1' },
    ...{ requestId: 'req_1', details: null, before: null, after },
  };
}

test('the changes of a revision come together, and actions that change nothing are left out', () => {
  const entries = [
    entry('aud_4', 7, { a: 1 }),
    entry('aud_3', 7, null),
    entry('aud_2', 7, { b: 1 }),
    entry('aud_1', 6, { c: 1 }),
  ];
  const shown = revisionsOf(entries).map(({ revision, entries: changes }) => [
    revision,
    changes.map(({ id }) => id),
  ]);
  expect(shown).toEqual([
    [7, ['aud_4', 'aud_2']],
    [6, ['aud_1']],
  ]);
});
