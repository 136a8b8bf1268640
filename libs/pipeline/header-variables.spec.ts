import { describe, expect, test } from 'vitest';
import { newId, publishedApiKeySchema, publishedRouteSchema, publishedTenantSchema } from '#libs/contract';
import { answerChangeFor } from './answer-change.js';
import { expandHeaders } from './header-variables.js';

const tenant = publishedTenantSchema.parse({
  id: newId('tenant'),
  slug: 'acme',
  status: 'active',
  limits: {},
});
const route = routeWith({});

function routeWith(responseHeaders: object) {
  const upstreams = [{ url: 'ws://upstream.test' }];
  return publishedRouteSchema.parse({
    id: newId('route'),
    tenantId: tenant.id,
    match: { path: '/' },
    upstreams,
    responseHeaders,
  });
}

function keyNamed(name: string) {
  const key = publishedApiKeySchema.parse({
    id: newId('apiKey'),
    tenantId: tenant.id,
    prefix: 'slc_AbC123dEf456',
    secretHash: '0'.repeat(64),
  });
  // Any name, also one that the API refuses.
  return { ...key, name };
}

function sourcesWith(keyName: string | null = null) {
  const apiKey = keyName === null ? null : keyNamed(keyName);
  const attempt = { id: 'con_1', clientAddress: '192.0.2.1', tenant, route, apiKey };
  return { attempt, request: { host: 'chat.test', authority: 'chat.test', path: '/' } };
}

function expanded(value: string, keyName: string | null = null) {
  return expandHeaders({ set: { 'X-A': value }, remove: ['X-B'] }, sourcesWith(keyName));
}

describe('the variables of a header field', () => {
  test('are replaced by their values', () => {
    const sources = sourcesWith('web app');
    const { set } = expandHeaders(
      { set: { a: '$client_ip|$host|$tenant|$route|$request_id|$key_id|$key_name' }, remove: [] },
      sources,
    );
    const keyId = sources.attempt.apiKey?.id ?? '';
    expect(set).toEqual({ a: `192.0.2.1|chat.test|acme|${route.id}|con_1|${keyId}|web%20app` });
  });

  test('changes without a variable are used as they are', () => {
    const changes = { set: { 'X-A': 'a' }, remove: [] };
    expect(expandHeaders(changes, sourcesWith())).toBe(changes);
  });

  test('a parameter of the path has its value, with what could split a header field encoded', () => {
    const { attempt, request } = sourcesWith();
    const match = { ...route.match, path: '/rooms/:room/:id', pathType: 'template' } as const;
    const sources = {
      attempt: { ...attempt, route: { ...route, match } },
      request: { ...request, path: '/rooms/a,b;q=1/caf%C3%A9' },
    };
    const { set } = expandHeaders({ set: { 'X-Room': '$room/${id}' }, remove: [] }, sources);
    expect(set).toEqual({ 'X-Room': 'a%2Cb%3Bq%3D1/caf%C3%A9' });
  });

  test('may contain a dollar sign, written as two', () => {
    expect(expanded('$$5 $$host').set).toEqual({ 'X-A': '$5 $host' });
  });

  test('a field whose variables are all empty is not set, and that of the client does not go upstream', () => {
    expect(expanded('key=$key_id')).toEqual({ set: {}, remove: ['X-B', 'X-A'] });
    expect(expanded('$host $key_name')).toEqual({ set: { 'X-A': 'chat.test' }, remove: ['X-B'] });
  });

  test.each([
    ['a\r\nX-Admin: yes', 'a%0D%0AX-Admin%3A%20yes'],
    ['a, admin; q="1"', 'a%2C%20admin%3B%20q%3D%221%22'],
    ['Größe \u010a', 'Gr%C3%B6%C3%9Fe%20%C4%8A'],
    ['\ud800', '%EF%BF%BD'],
    ["100%'()*!~", '100%25%27%28%29%2A%21~'],
  ])('the name of a key splits no value: %j', (name, value) => {
    expect(expanded('$key_name', name).set).toEqual({ 'X-A': value });
  });

  test('the header fields of an answer are set in place of those of the upstream, and removed', () => {
    const change = answerChangeFor(
      routeWith({ set: { 'X-Request-Id': '$request_id', Server: 'sluice' }, remove: ['x-powered-by'] }),
      sourcesWith(),
    );
    const fields: [string, string][] = [
      ['SERVER', 'ws'],
      ['X-Powered-By', 'Express'],
      ['Date', 'now'],
    ];
    expect(change?.(fields)).toEqual([
      ['Date', 'now'],
      ['X-Request-Id', 'con_1'],
      ['Server', 'sluice'],
    ]);
    expect(answerChangeFor(route, sourcesWith()), 'a route without changes').toBeNull();
  });
});
