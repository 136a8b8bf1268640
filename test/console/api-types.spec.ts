import type { OpenAPIObject } from '@nestjs/swagger';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiUnderTest } from '../support/api-under-test.js';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start();
});
afterAll(() => api.remove());

test('the console has the types of the OpenAPI document; npm run console:types updates them', async () => {
  const { text } = await api.request('GET', '/openapi.json');
  const types = await openapiTypescript(JSON.stringify(typesOnly(text)), { defaultNonNullable: false });
  await expect(`${generated}${astToString(types)}`).toMatchFileSnapshot(
    '../../apps/console/src/api/openapi.ts',
  );
});

const generated =
  '// Generated from the OpenAPI document by npm run console:types.\n/* eslint-disable */\n\n';

// Texts, header fields and the list of errors of each operation would make it five times as long.
function typesOnly(text: string): object {
  const isText = (key: string, value: unknown): boolean =>
    ['description', 'summary'].includes(key) && typeof value === 'string';
  const document = JSON.parse(text, (key, value: unknown) =>
    isText(key, value) ? undefined : value,
  ) as OpenAPIObject;
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path as Record<string, { responses: Record<string, object> }>)) {
      operation.responses = responsesOf(operation.responses);
    }
  }
  return document;
}

function responsesOf(responses: Record<string, object>): Record<string, object> {
  const successes = Object.entries(responses).filter(([status]) => Number(status) < 400);
  const problem = { schema: { $ref: '#/components/schemas/Problem' } };
  return {
    ...Object.fromEntries(
      successes.map(([status, answer]) => [status, { ...answer, description: '', headers: {} }]),
    ),
    default: { description: '', content: { 'application/problem+json': problem } },
  };
}
