import { expect, test } from 'vitest';
import { liveConnection } from '../../test/support/live-connection.js';
import { ConnectionTable, linkColumns } from './connection-table.js';
import type { LiveConnection } from './live-connection.js';

test('connections that come and go take no more slots than were used at once', () => {
  const table = new ConnectionTable();
  const connection = liveConnection();
  const slots = Array.from({ length: 3000 }, () => table.add(connection));
  expect(new Set(slots).size).toBe(3000);
  expect(slots).not.toContain(0);
  for (const slot of slots) table.remove(slot);
  const again = Array.from({ length: 3000 }, () => table.add(connection));
  expect(new Set(again)).toEqual(new Set(slots));
});

test('a slot has its connection and links until it is freed', () => {
  const table = new ConnectionTable();
  const connection = liveConnection();
  const connections = Array.from({ length: 2000 }, () => ({ ...connection }));
  const slots = connections.map((connection) => table.add(connection));
  for (const slot of slots) table.setLink(slot, linkColumns.nextOfRoute, slot + 1);
  for (const [index, slot] of slots.entries()) {
    expect(table.at(slot) === connections[index]).toBe(true);
    expect(table.link(slot, linkColumns.nextOfRoute) - slot).toBe(1);
    expect(table.link(slot, linkColumns.previousOfRoute)).toBe(0);
    table.remove(slot);
    expect(table.at(slot)).toBeNull();
  }
});

test('an iteration meets each connection that stays exactly once, while others come and go', () => {
  const table = new ConnectionTable();
  const connection = liveConnection();
  const add = (): { connection: LiveConnection; slot: number } => {
    const added = { ...connection };
    return { connection: added, slot: table.add(added) };
  };
  const stay = Array.from({ length: 2000 }, add);
  const leave = Array.from({ length: 2000 }, add);
  const met: LiveConnection[] = [];
  for (const each of table.connections()) {
    met.push(each);
    const left = met.length % 2 === 0 ? leave.pop() : undefined;
    if (left) table.remove(left.slot);
    if (met.length % 3 === 0) add();
  }
  const staying = new Set(stay.map((each) => each.connection));
  expect(met.filter((each) => staying.has(each))).toHaveLength(stay.length);
  expect(new Set(met).size).toBe(met.length);
});
