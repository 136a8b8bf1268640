import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenAPIObject } from '@nestjs/swagger';
import { problems } from '#libs/problem-details';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';

interface Operation {
  operationId: string;
  summary: string;
  parameters: { name: string; in: string }[];
  responses: Record<
    string,
    { content?: Record<string, { examples?: Record<string, { value: { code: string } }> }> }
  >;
  requestBody?: { required: boolean; content: Record<string, { example?: unknown }> };
  security?: unknown[];
}

let api: ApiUnderTest;
let document: OpenAPIObject;
let operations: { name: string; path: string; method: string; operation: Operation }[];
beforeAll(async () => {
  api = await ApiUnderTest.start();
  document = JSON.parse((await api.request('GET', '/openapi.json')).text) as OpenAPIObject;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      name: `${method} ${path}`,
      path,
      method,
      operation,
    })),
  );
});
afterAll(() => api.remove());

test('the document is OpenAPI 3.1 and describes every operation of the contract', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(operations.map(({ name }) => name).sort()).toEqual(
    [
      'delete /v1/connections',
      'delete /v1/gateways/{gateway}/drain',
      'delete /v1/webhooks/{webhook}',
      'get /v1/webhooks',
      'get /v1/webhooks/{webhook}',
      'get /v1/webhooks/{webhook}/deliveries',
      'patch /v1/webhooks/{webhook}',
      'post /v1/webhooks',
      'post /v1/webhooks/{webhook}/deliveries/{delivery}/replay',
      'post /v1/webhooks/{webhook}/rotate',
      'post /v1/webhooks/{webhook}/test',
      'delete /v1/connections/{connection}',
      'delete /v1/operators/{operator}',
      'delete /v1/session',
      'get /v1/session',
      'post /v1/session',
      'delete /v1/tenants/{tenant}',
      'delete /v1/tenants/{tenant}/api-keys/{key}',
      'delete /v1/tenants/{tenant}/routes/{route}',
      'delete /v1/tenants/{tenant}/routes/{route}/upstreams/rebalance',
      'get /healthz',
      'get /metrics',
      'get /openapi.json',
      'get /readyz',
      'get /v1',
      'get /v1/api-keys',
      'get /v1/audit',
      'get /v1/config',
      'get /v1/connections',
      'get /v1/connections/closed',
      'get /v1/connections/counts',
      'get /v1/connections/{connection}',
      'get /v1/connections/{connection}/tap',
      'get /v1/events',
      'get /v1/gateways',
      'get /v1/gateways/{gateway}',
      'get /v1/operators',
      'get /v1/routes',
      'get /v1/operators/{operator}',
      'get /v1/overview',
      'get /v1/tenants',
      'get /v1/tenants/{tenant}',
      'get /v1/tenants/{tenant}/api-keys',
      'get /v1/tenants/{tenant}/api-keys/{key}',
      'get /v1/tenants/{tenant}/routes',
      'get /v1/tenants/{tenant}/routes/{route}/upstreams',
      'get /v1/tenants/{tenant}/usage',
      'get /v1/tenants/{tenant}/usage/history',
      'get /v1/test-connection',
      'get /v1/usage/history',
      'get /v1/tenants/{tenant}/routes/{route}',
      'get /v1/tenants/{tenant}/routes/{route}/upstreams/rebalance',
      'patch /v1/operators/{operator}',
      'patch /v1/tenants/{tenant}',
      'patch /v1/tenants/{tenant}/api-keys/{key}',
      'patch /v1/tenants/{tenant}/routes/{route}',
      'post /v1/api-keys/verify',
      'post /v1/explain',
      'post /v1/gateways/{gateway}/drain',
      'post /v1/import/nginx',
      'post /v1/operators',
      'post /v1/operators/{operator}/rotate',
      'post /v1/tenants',
      'post /v1/tenants/{tenant}/api-keys',
      'post /v1/tenants/{tenant}/api-keys/{key}/rotate',
      'post /v1/tenants/{tenant}/api-keys/{key}/tickets',
      'post /v1/tenants/{tenant}/sticky-key/rotate',
      'post /v1/tenants/{tenant}/routes',
      'put /v1/config',
      'put /v1/tenants/{tenant}',
      'put /v1/tenants/{tenant}/api-keys/{key}',
      'post /v1/tenants/{tenant}/routes/{route}/upstreams/rebalance',
      'put /v1/tenants/{tenant}/routes/{route}',
    ].sort(),
  );
});

test('every error of every operation is documented with an example for each code of the registry', () => {
  for (const { name, path, operation } of operations) {
    const errors = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400);
    expect(errors.length, name).toBeGreaterThan(0);
    for (const [status, { content }] of errors) {
      const examples = Object.values(content?.['application/problem+json']?.examples ?? {});
      expect(examples.length, `${name} ${status}`).toBeGreaterThan(0);
      for (const { value } of examples) {
        expect(Object.keys(problems), name).toContain(value.code);
        expect(String(problems[value.code as keyof typeof problems].status), name).toBe(status);
      }
    }
    const statuses = Object.keys(operation.responses);
    if (path.startsWith('/v1/'))
      expect(statuses, name).toEqual(expect.arrayContaining(['400', '401', '403']));
    if (path.includes('{')) expect(statuses, name).toContain('404');
  }
});

test('a body is marked as required unless it is optional', () => {
  const optional = operations.filter(({ operation }) => operation.requestBody?.required === false);
  expect(optional.map(({ operation }) => operation.operationId).sort()).toEqual([
    'drainGateway',
    'issueTicket',
    'rebalanceRoute',
    'rotateApiKey',
    'rotateOperator',
    'rotateStickyKey',
    'rotateWebhook',
  ]);
  expect(JSON.stringify(document)).not.toContain('x-optional');
});

test('every operation with a body has an example and documents the errors of its body', () => {
  for (const { name, operation } of operations) {
    if (operation.requestBody === undefined) continue;
    const statuses = Object.keys(operation.responses);
    expect(statuses, name).toEqual(expect.arrayContaining(['413', '415', '422']));
    if (operation.operationId === 'rotateApiKey') continue;
    expect(operation.requestBody.content['application/json']?.example, name).toBeDefined();
  }
});

test('every operation has a unique id, a summary, its path parameters and its authorization', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { name, path, operation } of operations) {
    expect(operation.summary, name).not.toBe('');
    const inPath = operation.parameters
      .filter((parameter) => parameter.in === 'path')
      .map((p) => `{${p.name}}`);
    expect(inPath, name).toEqual(path.match(/\{\w+\}/g) ?? []);
    const isPublic = ['createSession', 'deleteSession'].includes(operation.operationId);
    if (path.startsWith('/v1/')) expect(operation.security, name).toEqual(isPublic ? [] : [{ bearer: [] }]);
  }
});

test('every $ref resolves', () => {
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
  expect(references.length).toBeGreaterThan(20);
  expect(Object.keys(document.components?.schemas ?? {})).toEqual(expect.arrayContaining(references));
  expect(text).not.toContain('$defs');
});

test('Swagger UI is served, loads the document, and keeps an entered token', async () => {
  const page = await api.request('GET', '/docs/', undefined, { token: null });
  expect(page.text).toContain('swagger-ui-bundle.js');
  const script = await api.request('GET', '/docs/swagger-ui-init.js', undefined, { token: null });
  expect(script.text).toContain('"persistAuthorization": true');
  const [, url = ''] = /"swaggerUrl": "([^"]+)"/.exec(script.text) ?? [];
  const loaded = await api.request('GET', new URL(url, 'http://api.test/docs/').pathname, undefined, {
    token: null,
  });
  expect(loaded.text).toContain('"bearerFormat"');
  const bundle = await api.request('GET', '/docs/swagger-ui-bundle.js', undefined, { token: null });
  expect(bundle.status).toBe(200);
});
