import { createConfig, lintFromString } from '@redocly/openapi-core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problems } from '#libs/problem-details';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';

type Schema = Record<string, unknown>;

let api: ApiUnderTest;
let source = '';
let document: OpenAPIObject;
beforeAll(async () => {
  api = await ApiUnderTest.start();
  source = (await api.request('GET', '/openapi.json')).text;
  document = JSON.parse(source) as OpenAPIObject;
});
afterAll(() => api.remove());

test('the document passes the recommended rules of Redocly, except for WebSocket answers', async () => {
  const config = await createConfig({ extends: ['recommended'] });
  const found = await lintFromString({ source, absoluteRef: 'openapi.json', config });
  const faults = found.map(({ ruleId, location }) => `${ruleId} ${location[0]?.pointer ?? ''}`);
  // WebSockets are answered with 101, but Redocly expects a 2xx response for every operation.
  expect(faults.sort()).toEqual([
    'operation-2xx-response #/paths/~1v1~1connections~1{connection}~1tap/get/responses',
    'operation-2xx-response #/paths/~1v1~1events/get/responses',
    'operation-2xx-response #/paths/~1v1~1test-connection/get/responses',
  ]);
});

test('every property of every schema has a description', () => {
  const missing = propertiesOf().flatMap(([path, property]) => ('description' in property ? [] : [path]));
  expect(missing).toEqual([]);
});

test('every answer with a body has an example, which Redocly validates with its schema', () => {
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, { responses }] of Object.entries(
      operations as Record<string, { responses: Schema }>,
    )) {
      for (const [status, answer] of Object.entries(responses)) {
        const { content = {} } = answer as { content?: Record<string, Schema> };
        for (const media of Object.values(content)) {
          expect('example' in media || 'examples' in media, `${method} ${path} ${status}`).toBe(true);
        }
      }
    }
  }
});

test('the objects of answers are open, and those of requests are closed', () => {
  const schemas = document.components?.schemas ?? {};
  expect(schemas['Route']).not.toHaveProperty('additionalProperties');
  expect(schemas['RouteMatch']).not.toHaveProperty('additionalProperties');
  expect(schemas['RouteCreate']).toHaveProperty('additionalProperties', false);
  expect(schemas['RouteMatchInput']).toHaveProperty('additionalProperties', false);
});

test('the code of a problem is an enum of the registry', () => {
  const { code } = (document.components?.schemas?.['Problem'] as { properties: Record<string, Schema> })
    .properties;
  expect(code?.['enum']).toEqual(Object.keys(problems));
});

test('the header fields of answers are documented', () => {
  const { responses } = document.paths['/v1/tenants']?.post ?? {};
  const headersOf = (status: string): string[] =>
    Object.keys((responses?.[status] as { headers?: object } | undefined)?.headers ?? {}).sort();
  expect(headersOf('201')).toEqual([
    'ETag',
    'Idempotency-Replayed',
    'Location',
    'Preference-Applied',
    'Sluice-Gateways-Behind',
    'Sluice-Revision',
    'Sluice-Warning',
    'X-Request-Id',
  ]);
  expect(headersOf('401')).toEqual(['WWW-Authenticate', 'X-Request-Id']);
  expect(headersOf('429')).toEqual(['Retry-After', 'X-Request-Id']);
});

function propertiesOf(): [path: string, property: Schema][] {
  return Object.entries(document.components?.schemas ?? {}).flatMap(([name, schema]) =>
    propertiesIn(name, schema as Schema),
  );
}

function propertiesIn(path: string, schema: Schema): [path: string, property: Schema][] {
  const inner = [schema['items'], schema['additionalProperties'], schema['anyOf'], schema['oneOf']].flat();
  return [
    ...Object.entries((schema['properties'] ?? {}) as Record<string, Schema>).flatMap(
      ([name, property]): [string, Schema][] => [
        [`${path}.${name}`, property],
        ...propertiesIn(`${path}.${name}`, property),
      ],
    ),
    ...inner.filter(isObject).flatMap((part) => propertiesIn(path, part)),
  ];
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null;
}
