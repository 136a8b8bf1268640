import { expect, it } from 'vitest';
import { expectToHoldFor } from './expect-to-hold.js';
import { FuzzedApi } from './fuzzed-api.js';
import { answersAnyBody } from './rest-property.js';

const property = answersAnyBody();

it(property.claim, () => expectToHoldFor(property, 400), 120_000);

it('every operation that takes a body is tried', async () => {
  const api = await FuzzedApi.start();
  const found = api.operations.map(({ id }) => id);
  await api.close();
  expect(found).toEqual(
    expect.arrayContaining(['createTenant', 'updateTenant', 'createRoute', 'rotateApiKey']),
  );
  expect(found.length).toBeGreaterThanOrEqual(10);
});
