import { expect, test } from 'vitest';
import { expectToHoldFor } from './expect-to-hold.js';
import { FuzzedApi } from './fuzzed-api.js';
import { answersAnyBody } from './rest-property.js';

const property = answersAnyBody();

test(property.claim, () => expectToHoldFor(property, 400), 120_000);

test('every operation with a body is tried', async () => {
  const api = await FuzzedApi.start();
  const found = api.operations.map(({ id }) => id);
  await api.close();
  expect(found).toEqual(
    expect.arrayContaining(['createTenant', 'updateTenant', 'createRoute', 'rotateApiKey']),
  );
  expect(found.length).toBeGreaterThanOrEqual(10);
});
