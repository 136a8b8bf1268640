import { describe, expect, it } from 'vitest';
import { newId, publishedRouteSchema } from '#libs/contract';
import { leadsElsewhere } from './path-readings.js';
import { RouteTable } from './route-table.js';

function tableOf(...paths: string[]): RouteTable {
  const table = new RouteTable();
  for (const path of paths) {
    const match = { host: 'a.test', path };
    const upstreams = [{ url: 'ws://upstream.test' }];
    table.set(
      publishedRouteSchema.parse({ id: newId('route'), tenantId: newId('tenant'), match, upstreams }),
    );
  }
  return table;
}

function isAmbiguous(table: RouteTable, path: string): boolean {
  const match = (other: string): ReturnType<RouteTable['match']> => table.match('a.test', other);
  return leadsElsewhere(path, match(path), match);
}

describe('a path that servers read in different ways', () => {
  it.each([
    '//admin',
    '/admin;x',
    '/admin;',
    '/admin%3Bx',
    '///admin/x',
    '/;x/admin',
    '/;/admin',
    '/admin;a=b/x',
  ])('is ambiguous where that makes another route of it: %s', (path) => {
    expect(isAmbiguous(tableOf('/', '/admin'), path)).toBe(true);
    expect(isAmbiguous(tableOf('/admin'), path), 'also of no route').toBe(true);
  });

  it.each(['//x', '/x;v=1', '/admin//x', '/admin/x;v=1', '/admin/;v=1', '/administration;v=1', '/admin//'])(
    'has one meaning where it is the same route in all of them: %s',
    (path) => {
      expect(isAmbiguous(tableOf('/', '/admin'), path)).toBe(false);
    },
  );

  it('has one meaning where no route matches it', () => {
    expect(isAmbiguous(tableOf('/admin'), '//other;x')).toBe(false);
  });

  it('may be what a route asks for, and only as far as that goes', () => {
    const table = tableOf('/', '/a;b', '/a;b/admin', '/c//d');
    expect(isAmbiguous(table, '/a;b')).toBe(false);
    expect(isAmbiguous(table, '/a;b/x')).toBe(false);
    expect(isAmbiguous(table, '/c//d/x')).toBe(false);
    expect(isAmbiguous(table, '/a;b//admin')).toBe(true);
    expect(isAmbiguous(table, '/a;c')).toBe(false);
  });
});
