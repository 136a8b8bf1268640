import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { PublishedTenant } from '#libs/contract';
import { GatewayWorld } from '../support/gateway-world.js';
import { HttpUpstream } from '../support/http-upstream.js';
import { rawRequest } from '../support/raw-request.js';

let world: GatewayWorld;
let upstream: HttpUpstream;
let tenant: PublishedTenant;
let asked = 0;

beforeAll(async () => {
  world = await GatewayWorld.start();
  upstream = await HttpUpstream.start();
  for (const path of ['/listed', '/any', '/passed']) {
    upstream.on(path, (_request, response) => {
      asked += 1;
      response.writeHead(200, {
        'Access-Control-Allow-Origin': 'https://other.test',
        'Access-Control-Allow-Private-Network': 'true',
        Vary: 'Accept-Encoding',
        'Content-Length': 4,
      });
      response.end('page');
    });
  }
  tenant = await world.tenant();
  const fields = { http: 'proxy', upstreams: [{ url: upstream.url }] };
  await world.route(tenant, {
    ...fields,
    match: { path: '/listed' },
    auth: { mode: 'apiKey' },
    allowedOrigins: ['https://app.test', 'https://*.app.test'],
    cors: {
      allowedMethods: ['GET', 'PUT'],
      allowedHeaders: ['Authorization', 'X-Own'],
      exposedHeaders: ['ETag', 'X-Request-Id'],
      allowCredentials: true,
      maxAgeSeconds: 600,
    },
  });
  await world.route(tenant, { ...fields, match: { path: '/any' }, cors: {}, requestsPerSecond: 1 });
  await world.route(tenant, { ...fields, match: { path: '/passed' } });
});

afterEach(async () => {
  await world.expectNothingHeld();
  world.httpRecords.length = 0;
  asked = 0;
});

afterAll(async () => {
  await world.close();
  await upstream.close();
});

function ask(start: string, ...fields: string[]): ReturnType<typeof rawRequest> {
  const lines = [`${start} HTTP/1.1`, 'Host: a', 'Connection: close', ...fields];
  return rawRequest(world.port, `${lines.join('\r\n')}\r\n\r\n`);
}

/** The fields of an answer that pages of other origins depend on. */
function shared({ headers }: Awaited<ReturnType<typeof rawRequest>>): Record<string, string> {
  const isShared = ([name]: [string, string]): boolean =>
    name === 'vary' || name.startsWith('access-control-');
  return Object.fromEntries(Object.entries(headers).filter(isShared));
}

test('a preflight is answered without a key, and does not reach the upstream', async () => {
  const answer = await ask(
    'OPTIONS /listed',
    'Origin: https://eu.app.test',
    'Access-Control-Request-Method: PUT',
    'Access-Control-Request-Headers: authorization,x-own',
  );
  expect([answer.status, answer.body, asked]).toEqual([204, '', 0]);
  expect(shared(answer)).toEqual({
    'access-control-allow-origin': 'https://eu.app.test',
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'GET, PUT',
    'access-control-allow-headers': 'Authorization, X-Own',
    'access-control-max-age': '600',
    vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
  });
  expect(await world.nextHttpRecord()).toMatchObject({
    outcome: 'answered',
    status: 204,
    tenantId: tenant.id,
    upstreamUrl: null,
  });
});

test('without a list of origins and fields, any origin may send the fields that it asks for', async () => {
  const preflight = [
    'Origin: https://other.test',
    'Access-Control-Request-Method: GET',
    'Access-Control-Request-Headers: x-a,x-b',
  ];
  const answer = await ask('OPTIONS /any', ...preflight);
  expect(shared(answer)).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-headers': 'x-a,x-b',
  });
  const refused = await ask('OPTIONS /any', ...preflight);
  expect([refused.status, shared(refused)]).toEqual([429, { 'access-control-allow-origin': '*' }]);
});

test('a preflight of a foreign origin is refused, and its page learns nothing', async () => {
  const origin = 'Origin: https://evil.test';
  const answer = await ask('OPTIONS /listed', origin, 'Access-Control-Request-Method: GET');
  expect([answer.status, shared(answer)]).toEqual([403, {}]);
  const actual = await ask('GET /listed', origin);
  expect([actual.status, shared(actual)]).toEqual([403, {}]);
});

test('the fields of the route replace those of the upstream in answers', async () => {
  const { key } = await world.apiKey(tenant);
  const exposed = {
    'access-control-allow-origin': 'https://app.test',
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'ETag, X-Request-Id',
  };
  const answer = await ask('GET /listed', 'Origin: https://app.test', `X-Api-Key: ${key}`);
  expect([answer.status, answer.body]).toEqual([200, 'page']);
  expect(shared(answer)).toEqual({ ...exposed, vary: 'Origin' });
  const without = await ask('GET /listed', `X-Api-Key: ${key}`);
  expect(Object.keys(shared(without))).toEqual(['vary']);
  // A page of an allowed origin may read why its request was refused.
  const refused = await ask('GET /listed', 'Origin: https://app.test');
  expect([refused.status, shared(refused)]).toEqual([401, { ...exposed, vary: 'Origin' }]);
});

test('OPTIONS that is no preflight, and everything without cors, goes to the upstream', async () => {
  const preflight = ['Origin: https://app.test', 'Access-Control-Request-Method: GET'];
  const passed = await ask('OPTIONS /passed', ...preflight);
  expect([passed.status, shared(passed)]).toMatchObject([
    200,
    { 'access-control-allow-origin': 'https://other.test', 'access-control-allow-private-network': 'true' },
  ]);
  const { key } = await world.apiKey(tenant);
  expect((await ask('OPTIONS /listed', 'Origin: https://app.test', `X-Api-Key: ${key}`)).status).toBe(200);
  expect(asked).toBe(2);
});
