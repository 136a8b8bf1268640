import { describe, expect, test } from 'vitest';
import { newId, publishedRouteSchema, type PublishedRoute } from '#libs/contract';
import { pathParametersOf } from './path-parameters.js';
import { RouteTable } from './route-table.js';
import { TemplateRoutes } from './template-routes.js';

type PathType = PublishedRoute['match']['pathType'];

function routeAt(path: string, pathType: PathType = path.includes(':') ? 'template' : 'prefix') {
  return publishedRouteSchema.parse({
    id: newId('route'),
    tenantId: newId('tenant'),
    match: { host: 'a.test', path, pathType },
    upstreams: [{ url: 'ws://10.0.0.5:9000' }],
  });
}

function tableOf(...routes: PublishedRoute[]): RouteTable {
  const table = new RouteTable();
  for (const route of routes) expect(table.set(route)).toEqual({ ok: true });
  return table;
}

function matchAmong(paths: readonly string[], path: string): string | null {
  return tableOf(...paths.map((each) => routeAt(each))).match('a.test', path)?.match.path ?? null;
}

describe('a parameter', () => {
  test.each(['/rooms/x', '/rooms/:room', '/rooms/caf%C3%A9', '/rooms/a;b=c'])(
    'matches one segment that is not empty: %s',
    (path) => {
      expect(matchAmong(['/rooms/:room'], path)).toBe('/rooms/:room');
    },
  );

  test.each(['/rooms', '/rooms/', '/rooms/x/', '/rooms/x/y', '/rooms//', '/Rooms/x', '/x/y'])(
    'matches nothing else: %s',
    (path) => {
      expect(matchAmong(['/rooms/:room'], path)).toBeNull();
    },
  );

  test('a path of more than 2,048 characters matches no template', () => {
    expect(matchAmong(['/rooms/:room'], `/rooms/${'a'.repeat(2041)}`)).toBe('/rooms/:room');
    expect(matchAmong(['/rooms/:room'], `/rooms/${'a'.repeat(2042)}`)).toBeNull();
  });
});

describe('the order of templates and prefixes', () => {
  test.each([
    [['/rooms/:room', '/rooms', '/'], '/rooms/x', '/rooms/:room'],
    [['/rooms/:room', '/rooms/', '/'], '/rooms/x', '/rooms/:room'],
    [['/rooms/:room', '/rooms/lobby'], '/rooms/lobby', '/rooms/lobby'],
    [['/rooms/:room/x', '/rooms/lobby'], '/rooms/lobby/x', '/rooms/lobby'],
    [['/:area/admin', '/rooms'], '/rooms/admin', '/rooms'],
    [['/:area/admin', '/'], '/rooms/admin', '/:area/admin'],
    [['/rooms/:room', '/:area/lobby'], '/rooms/lobby', '/rooms/:room'],
    [['/rooms/:room', '/rooms/:room/x', '/rooms/:room/:part'], '/rooms/a/x', '/rooms/:room/x'],
    [['/rooms/:room/x', '/:area/:room/y'], '/rooms/a/y', '/:area/:room/y'],
    [['/rooms/:room', '/rooms/:room/', '/rooms'], '/rooms/a/', '/rooms/:room/'],
    [['/rooms/:room', '/rooms'], '/rooms/a/b', '/rooms'],
  ])('of %j the path %s goes to %s', (paths, path, expected) => {
    expect(matchAmong(paths, path)).toBe(expected);
  });

  test('an exact path comes first', () => {
    const exact = routeAt('/rooms/lobby', 'exact');
    expect(tableOf(exact, routeAt('/rooms/:room'), routeAt('/')).match('a.test', '/rooms/lobby')).toBe(exact);
  });
});

describe('templates in the table', () => {
  test('two templates that match the same paths conflict', () => {
    const first = routeAt('/rooms/:room');
    const table = tableOf(first, routeAt('/rooms/:room/:id'), routeAt('/:area/:room'));
    expect(table.set(routeAt('/rooms/:id'))).toEqual({ ok: false, conflictsWith: first.id });
  });

  test('a template replaces a route with the same id', () => {
    const route = routeAt('/rooms/:room');
    const table = tableOf(route);
    const { match } = routeAt('/chats/:chat');
    expect(table.set({ ...route, match })).toEqual({ ok: true });
    expect(table.match('a.test', '/rooms/x')).toBeNull();
    expect(table.match('a.test', '/chats/x')?.id).toBe(route.id);
  });

  test('a removed template matches no more, and those that share its segments still do', () => {
    const paths = ['/rooms/:room', '/rooms/:room/x', '/rooms/lobby/:id', '/:area', '/'];
    for (const removed of paths) {
      const routes = paths.map((path) => routeAt(path));
      const table = tableOf(...routes);
      table.remove(routes[paths.indexOf(removed)]?.id ?? '');
      const kept = tableOf(...routes.filter(({ match }) => match.path !== removed));
      for (const path of ['/rooms/a', '/rooms/a/x', '/rooms/lobby/x', '/rooms/lobby/b', '/rooms', '/a/b']) {
        expect([removed, path, table.match('a.test', path)]).toEqual([
          removed,
          path,
          kept.match('a.test', path),
        ]);
      }
    }
  });

  test('each different template counts once, until it is removed', () => {
    const choice = routeAt('/rooms/:room');
    const templates = new TemplateRoutes();
    for (const path of ['/rooms/:room', '/rooms/:id', '/rooms/:room/x']) templates.set(path, choice);
    expect(templates.size).toBe(2);
    templates.delete('/chats/:chat');
    templates.delete('/rooms/lobby/:id');
    expect(templates.size).toBe(2);
    templates.delete('/rooms/:any');
    expect([templates.size, templates.get('/rooms/:room')]).toEqual([1, undefined]);
    expect(templates.get('/rooms/:room/x')).toBe(choice);
    templates.delete('/rooms/:room/x');
    expect([templates.size, templates.get('/rooms/:room/x')]).toEqual([0, undefined]);
  });
});

test('parameters have their values in the normal form of the path', () => {
  const { match } = routeAt('/rooms/:room/messages/:id');
  const parameters = pathParametersOf(match, '/rooms/caf%C3%A9/messages/a@b');
  expect([...parameters]).toEqual([
    ['room', 'caf%C3%A9'],
    ['id', 'a@b'],
  ]);
  expect(pathParametersOf(routeAt('/rooms').match, '/rooms/x').size).toBe(0);
  expect(pathParametersOf(routeAt('/rooms', 'exact').match, '/rooms').size).toBe(0);
  const regex = routeAt('/rooms/(?P<room>[a-z]+)-(?P<id>[0-9]+)', 'regex').match;
  expect(Object.fromEntries(pathParametersOf(regex, '/rooms/cafe-7'))).toEqual({ room: 'cafe', id: '7' });
});

// An independent implementation of the rule, without an index.
function naiveMatch(paths: readonly string[], path: string): string | null {
  const segments = path.split('/');
  const covers = (template: string): boolean => {
    const wanted = template.split('/');
    if (!template.includes(':'))
      return path === template || path.startsWith(`${template.replace(/\/$/, '')}/`);
    if (wanted.length !== segments.length) return false;
    return wanted.every((text, index) =>
      text.startsWith(':') ? segments[index] !== '' : text === segments[index],
    );
  };
  // From the left: a literal segment, then a parameter, then the end of a prefix.
  const rank = (template: string): string =>
    template
      .replace(/\/$/, '')
      .split('/')
      .map((text) => (text.startsWith(':') ? 'b' : 'c'))
      .join('');
  const found = paths.filter(covers).sort((one, other) => (rank(one) < rank(other) ? 1 : -1));
  return found[0] ?? null;
}

test('segments are compared from the left, literal before parameter before end', () => {
  const parts = ['a', 'b', ':x'];
  const all = parts.flatMap((one) => [
    `/${one}`,
    ...parts.flatMap((two) => [`/${one}/${two}`, ...parts.map((three) => `/${one}/${two}/${three}`)]),
  ]);
  const distinct = all.map((path) => {
    let index = 0;
    return path.replace(/:x/g, () => `:x${index++}`);
  });
  const requests = [
    '/a',
    '/b/a',
    '/a/c',
    '/c/b',
    '/a/b/c',
    '/c/c/a',
    '/c/a/c',
    '/a/a/b/c',
    '/c/c/c',
    '/b//a',
  ];
  for (let seed = 1; seed <= 100; seed += 1) {
    const chosen = distinct.filter((_, index) => (seed * (index + 7) * 2654435761) % 97 < 30);
    const table = tableOf(...chosen.map((path) => routeAt(path)));
    for (const path of requests) {
      const found = table.match('a.test', path)?.match.path ?? null;
      expect(found, `${path} of ${chosen.join(' ')}`).toBe(naiveMatch(chosen, path));
    }
  }
});
