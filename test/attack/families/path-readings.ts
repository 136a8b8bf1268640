import assert from 'node:assert/strict';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import type { RouteFields } from '../attack-target.js';
import { admitted, badPath, noRoute } from '../case-builders.js';
import { expectOneAnswer, expectOneRequest, expectRefusal } from '../expectations.js';

interface Outcome {
  /** Status and code of the refusal, or null if the request reaches the upstream of the open route. */
  refusal: readonly [status: number, code: string] | null;
  /** Fields that override those of the open route. */
  open?: RouteFields;
  /** The path of the route that requires a key. */
  guardedPath?: string;
  /** The base path of the open route's upstream. */
  basePath?: string;
}

/**
 * One server has two routes. The request uses the one without a key to reach the path that the other one
 * guards.
 */
function around(
  target: string,
  { refusal, open, guardedPath = '/admin', basePath = '' }: Outcome,
): AttackCase {
  return {
    name: `${target}, with ${open?.match?.path ?? '/'} open and ${guardedPath} guarded by a key`,
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({
        route: ({ url }) => ({ upstreams: [{ url: `${url}${basePath}` }], ...open }),
      });
      const guarded = await sandbox.prepare({
        route: { match: { path: guardedPath }, auth: { mode: 'apiKey' } },
      });
      const answer = await sandbox.send(sandbox.handshake(target));
      assert.equal(guarded.connections, 0);
      if (refusal) {
        expectRefusal(answer, ...refusal);
        assert.equal(upstream.connections, 0);
        return;
      }
      expectOneAnswer(answer.text, 101);
      expectOneRequest(upstream);
    },
  };
}

const keyRequired = [401, 'key_required'] as const;
const publicRoute = { match: { path: '/public' } };
const strippedRoute = { ...publicRoute, rewrite: { stripPrefix: true } };
const rewritingRoute = { rewrite: { stripPrefix: true } };
const passingRoute = { match: { encodedSlash: 'pass' } };
const doc = { match: { path: '/doc', encodedSlash: 'pass' } };

const cases: AttackCase[] = [
  ...['/%61dmin', '/admin/.', '/admin?x=/public', '/admin/x/../y'].map((target) =>
    around(target, { refusal: keyRequired, open: publicRoute }),
  ),
  ...[
    '/public/../admin',
    '/public/%2e%2e/admin',
    '/admin/../public',
    '/admin/%2E./public/x',
    '/%61dmin/../public',
    '/admin/../public/../public',
    '/./public',
  ].map((target) => around(target, { refusal: badPath, open: publicRoute })),
  ...[
    '//admin',
    '///admin/x',
    '/admin;x',
    '/admin;/x',
    '/admin%3bx',
    '/;/admin',
    '/;v=1/admin',
    '/./;/admin',
    '/admin/../chat',
    '/admin/%2e%2e/chat',
    '/admin/.%2E/chat',
    '/%61dmin/x/../../chat',
    '//any.test/admin',
    '///any.test/admin/x',
    '/%61dmin',
    '/admi%6E/x',
    '/admin%3Fx',
    '/admin%23/x',
  ].map((target) => around(target, { refusal: badPath })),
  ...['/x/../y', '/x//y', '/x;y', '/%78', '/administrator/../x', '/x/admin', '/x?/../admin'].map((target) =>
    around(target, { refusal: null }),
  ),
  ...['/@admin', '/%40admin'].map((guardedPath) => {
    const target = guardedPath === '/@admin' ? '/%40admin' : '/@admin';
    return around(target, { refusal: badPath, guardedPath });
  }),

  // Dot segments are not forwarded if the path is rewritten.
  around('/admin/../chat', { refusal: null, open: rewritingRoute }),
  around('/admin/%2e%2e/chat', { refusal: null, basePath: '/base' }),
  around('//admin', { refusal: badPath, open: rewritingRoute }),
  around('/admin;x', { refusal: badPath, basePath: '/base' }),

  // An upstream that gets the rest alone could take a host off it, and find what another route guards.
  ...['/public//any.test/admin', '/public///any.test/admin/x', '/public//any.test/x/../admin'].map((target) =>
    around(target, { refusal: badPath, open: strippedRoute, guardedPath: '/public/admin' }),
  ),
  ...['/public//any.test/x', '/public//x/y/../z'].map((target) =>
    around(target, { refusal: null, open: strippedRoute, guardedPath: '/public/admin' }),
  ),
  around('/public//any.test/admin', {
    refusal: null,
    open: strippedRoute,
    guardedPath: '/public/admin',
    basePath: '/base',
  }),
  ...['/public//admin', '/public/admin;x', '/public/;/admin', '/public/%61dmin/../x/../admin'].map((target) =>
    around(target, {
      refusal: badPath,
      open: { ...publicRoute, rewrite: { replacePrefix: '/v2' } },
      guardedPath: '/public/admin',
    }),
  ),

  ...['/x%2Fy', '/admin%2Fx', '/%2F'].map((target) => around(target, { refusal: badPath })),
  ...['/x%2Fy', '/x%2fy/admin', '/x%2Fadmin', '/x%252Fadmin'].map((target) =>
    around(target, { refusal: null, open: passingRoute }),
  ),
  ...[
    '/admin%2Fx',
    '/admin%2f',
    '/%2Fadmin',
    '/%2F%2fadmin/x',
    '/%2Fany.test/admin',
    '/x%2F..%2Fadmin',
    '/..%2Fadmin',
    '/x%2F%2e%2e/admin',
    '/x/..%2Fadmin',
    '/x%2F.%2Fy',
    '/x%2F../y',
    '/x%2Fy%5Cz',
    '/x%2F%00',
    '/%61dmin%2Fx',
    '/;x%2Fy/admin',
    '/admin%3B%2Fx',
  ].map((target) => around(target, { refusal: badPath, open: passingRoute })),
  around('/doc/team%2Fplan', { refusal: null, open: doc, guardedPath: '/doc/admin' }),
  around('/doc/admin%2Fplan', { refusal: badPath, open: doc, guardedPath: '/doc/admin' }),
  around('/doc%2Fteam', { refusal: badPath, open: doc, guardedPath: '/doc/admin' }),
  around('/doc/..%2Fsecret', { refusal: badPath, open: doc }),
  around('/document', { refusal: noRoute, open: doc }),
  ...['/..%2Fsecret', '/x%2F..%2F..%2Fsecret', '/%2E%2e%2Fsecret'].map((target) =>
    around(target, { refusal: badPath, open: passingRoute, basePath: '/base' }),
  ),
];

const rooms = { match: { path: '/rooms/:room', pathType: 'template' } };
const roomPaths = { ...rooms, rewrite: { replacePrefix: '/v2/$room' } };
const inRooms = { open: rooms, guardedPath: '/rooms/admin' };

const templateCases: AttackCase[] = [
  ...['/rooms/admin', '/rooms/admin/x', '/rooms/x/../admin?y'].map((target) =>
    around(target, { ...inRooms, refusal: target.includes('..') ? badPath : keyRequired }),
  ),
  ...[
    '/rooms/..%2fadmin',
    '/rooms/x%2f..%2fadmin',
    '/rooms/admin;x',
    '/rooms/;/admin',
    '/rooms/;x',
    '/rooms/%61dmin',
    '/rooms//admin',
    '/rooms/x/../admin',
    '/rooms/admin/../x',
    '/rooms/admin%3Fx',
    '//any.test/rooms/admin',
    '/rooms/a%2Fb',
    '/rooms/a%5Cadmin',
  ].map((target) => around(target, { ...inRooms, refusal: badPath })),
  ...['/rooms/', '/rooms', '/rooms/x/y', '/rooms/x/'].map((target) =>
    around(target, { ...inRooms, refusal: noRoute }),
  ),
  ...['/rooms/a;x', '/rooms/a@b', '/rooms/:room', '/rooms/administration'].map((target) =>
    around(target, { ...inRooms, refusal: null }),
  ),
  admitted(
    'a parameter that tries to split a header field and to leave the path of the upstream',
    (sandbox) => sandbox.handshake('/rooms/a,b;q="1"'.replaceAll('"', '%22')),
    { has: ['GET /v2/a,b;q=%221%22 HTTP/1.1\r\n', '\r\nX-Room: a%2Cb%3Bq%3D%221%22\r\n'], hasNot: ['evil'] },
    { ...roomPaths, requestHeaders: { set: { 'X-Room': '$room' } } },
  ),
];

const anyRoom = { match: { path: '/rooms/(?P<room>[^/]+)', pathType: 'regex' } };

const regexCases: AttackCase[] = [
  ...['/rooms/admin;x', '/rooms/;/admin', '/rooms//admin', '/rooms/..%2fadmin', '/rooms/%61dmin'].map(
    (target) => around(target, { refusal: badPath, open: anyRoom, guardedPath: '/rooms/admin' }),
  ),
  around('/rooms/admin', { refusal: keyRequired, open: anyRoom, guardedPath: '/rooms/admin' }),
  around('/rooms/a;x', { refusal: null, open: anyRoom, guardedPath: '/rooms/admin' }),
  ...['/x/rooms/a', '/rooms/a/b', '/rooms/a/'].map((target) =>
    around(target, { refusal: noRoute, open: anyRoom, guardedPath: '/rooms/admin' }),
  ),
];

export const pathReadings: AttackFamily = {
  name: 'ambiguous paths',
  cases: [...cases, ...templateCases, ...regexCases],
};
