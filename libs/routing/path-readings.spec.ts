import { describe, expect, test } from 'vitest';
import { newId, normalizePath, publishedRouteSchema, type PublishedRoute } from '#libs/contract';
import { leadsElsewhere, restLeadsElsewhere } from './path-readings.js';
import { RouteTable } from './route-table.js';

function tableOf(...paths: string[]): RouteTable {
  const table = new RouteTable();
  for (const path of paths) {
    const match = { host: 'a.test', path, pathType: path.includes('/:') ? 'template' : 'prefix' };
    const upstreams = [{ url: 'ws://upstream.test' }];
    table.set(
      publishedRouteSchema.parse({ id: newId('route'), tenantId: newId('tenant'), match, upstreams }),
    );
  }
  return table;
}

function tableWithExactChat(): RouteTable {
  const table = tableOf('/');
  const match = { host: 'a.test', path: '/chat', pathType: 'exact' };
  const upstreams = [{ url: 'ws://upstream.test' }];
  table.set(publishedRouteSchema.parse({ id: newId('route'), tenantId: newId('tenant'), match, upstreams }));
  return table;
}

function routeOf(table: RouteTable, path: string): PublishedRoute | null {
  const normalized = normalizePath(path, { encodedSlash: 'pass' });
  if (!normalized.ok) throw new Error(normalized.reason);
  return table.match('a.test', normalized.path);
}

function isAmbiguous(table: RouteTable, path: string): boolean {
  return leadsElsewhere(path, routeOf(table, path), (other) => table.match('a.test', other));
}

describe('a path that servers read in different ways', () => {
  test.each([
    '//admin',
    '/admin;x',
    '/admin;',
    '/admin%3Bx',
    '/admin%3Ba=b/x',
    '///admin/x',
    '/;x/admin',
    '/;/admin',
    '/admin;a=b/x',
    '/%2Fadmin',
    '/admin%2fx',
    '/admin%3Fx',
    '/admin%23x',
  ])('is ambiguous where that makes another route of it: %s', (path) => {
    expect(isAmbiguous(tableOf('/', '/admin'), path)).toBe(true);
    expect(isAmbiguous(tableOf('/admin'), path), 'also of no route').toBe(true);
  });

  test.each([
    ['dot segments left in', '/admin/../chat'],
    ['encoded dot segments left in', '/admin/%2e%2e/chat'],
    ['dot segments left in, and decoded', '/%61dmin/.%2E/chat'],
    ['dot segments left in, and slashes merged', '//admin/../chat'],
    ['a host after two slashes, as WHATWG URL reads it', '//any.test/admin'],
    ['a host after more slashes', '///any.test/admin/x'],
    ['a host, and dot segments left in', '//any.test/admin/%2e%2E/chat'],
    ['reserved characters decoded', '/%40team'],
    ['reserved characters decoded, as servers with one decoder do it', '/%40te%61m/x'],
    ['reserved characters encoded', '/mail:in'],
    ['an encoded slash as a slash', '/chat%2Fx/..%2e/%2Fadmin/../../admin%2Fx'],
  ])('is ambiguous with %s: %s', (_reading, path) => {
    expect(isAmbiguous(tableOf('/', '/admin', '/@team', '/mail%3Ain'), path)).toBe(true);
  });

  test.each([
    ['nothing decoded', '/%63hat'],
    ['nothing decoded', '/ch%61t/x'],
    ['nothing decoded, dot segments left in', '/chat/../%63hat'],
    ['dot segments left in', '/admin/../chat'],
    ['dot segments left in', '/./chat'],
    ['dot segments left in', '/x/../chat/y'],
  ])('is ambiguous although a route matches it exactly, with %s: %s', (_reading, path) => {
    expect(isAmbiguous(tableOf('/', '/chat', '/admin'), path)).toBe(true);
  });

  test.each(['/admin/../chat', '/./chat', '/x/%2e%2e/chat'])(
    'is ambiguous where a server that leaves dot segments in finds no route: %s',
    (path) => {
      expect(isAmbiguous(tableOf('/chat'), path)).toBe(true);
    },
  );

  test.each([
    '//x',
    '/x;v=1',
    '/x/../y',
    '/x@y',
    '/%78',
    '/x%2Fy',
    '/admin//x',
    '/admin/x;v=1',
    '/admin/;v=1',
    '/administration;v=1',
    '/admin//',
    '/admin/../admin/x',
    '/admin/x/%2e%2e/y',
    '/admin/%40x/%7Ey:z',
    '/admin/x%2Fy',
    '/admin/[x]',
    '/admin/x/../[y]',
    '/admin/caf%c3%a9/./x',
    '/caf%c3%a9',
  ])('has one meaning where it is the same route in all of them: %s', (path) => {
    expect(isAmbiguous(tableOf('/', '/admin'), path)).toBe(false);
  });

  test.each(['/chat/.', '/chat/x/..', '/chat/%2E', '/chat//.', '/chat/;/.'])(
    'is ambiguous where a server that leaves no slash for the last dot segment finds an exact route: %s',
    (path) => {
      expect(isAmbiguous(tableWithExactChat(), path)).toBe(true);
    },
  );

  test.each(['/chat/;v=1', '/x/../chat/', '/chat/x/'])(
    'has one meaning where only a server that removes a trailing slash finds an exact route: %s',
    (path) => {
      expect(isAmbiguous(tableWithExactChat(), path)).toBe(false);
    },
  );

  test('is ambiguous whichever of its characters is encoded, if another route has it unencoded', () => {
    for (const character of "-._~!$&'()*+,;=:@09AZaz7MPm") {
      const encoded = `%${character.charCodeAt(0).toString(16)}`;
      const table = tableOf('/', `/x${character}`);
      for (const path of [`/x${encoded}`, `/x${encoded.toUpperCase()}`]) {
        expect([path, isAmbiguous(table, path)]).toEqual([path, true]);
      }
    }
  });

  test.each(['//other;x', '/x/../other', '/%6Fther'])(
    'has one meaning where no route matches it: %s',
    (path) => {
      expect(isAmbiguous(tableOf('/admin'), path)).toBe(false);
    },
  );

  test('an encoded unreserved character is allowed if a server that does not decode it finds no other route', () => {
    expect(isAmbiguous(tableOf('/~user', '/chat'), '/%7euser/x')).toBe(false);
    expect(isAmbiguous(tableOf('/~user', '/chat', '/'), '/%7euser/x')).toBe(true);
  });

  test("such characters are allowed within the route's own path only", () => {
    const table = tableOf(
      '/',
      '/a;b',
      '/a;b/admin',
      '/c//d',
      '/c//d/',
      '/@e',
      '/f%40',
      '/.well-known',
      '//g/h',
    );
    expect(isAmbiguous(table, '/a;b')).toBe(false);
    expect(isAmbiguous(table, '/a;b/x')).toBe(false);
    expect(isAmbiguous(table, '/c//d/x')).toBe(false);
    expect(isAmbiguous(table, '/@e/x:y')).toBe(false);
    expect(isAmbiguous(table, '/f%40/x@y')).toBe(false);
    expect(isAmbiguous(table, '/.well-known/x')).toBe(false);
    expect(isAmbiguous(table, '//g/h/x')).toBe(false);
    expect(isAmbiguous(table, '/a;b//admin')).toBe(true);
    expect(isAmbiguous(table, '/f@/x')).toBe(true);
    expect(isAmbiguous(table, '/a;c')).toBe(false);
  });

  test('a path with such characters has at most 8,192 characters', () => {
    const table = tableOf('/');
    expect(isAmbiguous(table, `/${'a'.repeat(20_000)}`)).toBe(false);
    expect(isAmbiguous(table, `/${'a=@'.repeat(10_000)}`)).toBe(false);
    expect(isAmbiguous(table, `/x;${'a'.repeat(8189)}`)).toBe(false);
    expect(isAmbiguous(table, `/x;${'a'.repeat(8190)}`)).toBe(true);
  });
});

describe('a path of a template', () => {
  const table = tableOf(
    '/rooms/:room',
    '/rooms/admin',
    '/rooms/:room/secret',
    '/@me;v=1/:room',
    '/rooms/%40b',
  );

  test.each([
    '/rooms/admin;x',
    '/rooms/%61dmin',
    '/rooms/x/../admin',
    '/rooms/x/../y',
    '/rooms/admin/../x',
    '/rooms//admin',
    '/rooms/x/.',
    '/rooms/;/%3B',
    '/rooms/;x',
    '/rooms/a%3Fb/secret',
    '/rooms/a%2Fsecret',
    '//any.test/rooms/x',
    '/rooms/@b',
    '/rooms;/x',
    '/@me;v=1/;x',
  ])('is ambiguous where another reading of it leads elsewhere: %s', (path) => {
    expect(isAmbiguous(table, path)).toBe(true);
  });

  test.each([
    '/rooms/a;x',
    '/rooms/a@c:d',
    '/rooms/:room',
    '/rooms/caf%c3%a9',
    '/rooms/a%40c',
    '/rooms/x;v=1/secret',
    '/@me;v=1/a;x',
  ])('has one meaning where all readings lead to the template: %s', (path) => {
    expect(routeOf(table, path)).not.toBeNull();
    expect(isAmbiguous(table, path)).toBe(false);
  });
});

describe('what follows the path of a route that removes it', () => {
  const table = tableOf('/', '/public', '/public/admin', '/files/', '/files/admin');

  function isRestAmbiguous(path: string): boolean {
    const matched = routeOf(table, path);
    if (matched === null) throw new Error('no route');
    return restLeadsElsewhere(path, matched, (other) => table.match('a.test', other));
  }

  test.each([
    '/public//any.test/admin',
    '/public///any.test/admin/x',
    '/public//any.test/admin;x',
    '/public//any.test//admin',
    '/public/%2Fany.test/admin',
    '/public//any.test/%40/../admin',
    '/files//any.test/admin',
  ])('is ambiguous where a host in it hides another route: %s', (path) => {
    expect(isRestAmbiguous(path)).toBe(true);
  });

  test.each([
    '/public',
    '/public/x',
    '/public//x',
    '/public%2F',
    '/public//any.test/x',
    '/public/x//any.test/admin',
  ])('has one meaning where it hides none: %s', (path) => {
    expect(isRestAmbiguous(path)).toBe(false);
  });
});
