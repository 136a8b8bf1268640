import { expect, test } from 'vitest';
import { RequestRates } from './request-rates.js';

const route = { id: 'rte_1', requestsPerSecond: null };

test('the rate of a tenant holds for all of its routes, and that of a route for it alone', () => {
  const rates = new RequestRates();
  const tenant = { id: 'ten_1', limits: { requestsPerSecond: 2 } };
  const rated = { ...route, requestsPerSecond: 1 };
  expect(rates.take({ tenant, route: rated })).toBeNull();
  expect(rates.take({ tenant, route: rated })).toMatchObject({ code: 'request_rate', limit: 'route' });
  // The refused request took nothing of the tenant.
  expect(rates.take({ tenant, route })).toBeNull();
  const refusal = rates.take({ tenant, route: { ...route, id: 'rte_2' } });
  expect(refusal).toMatchObject({ code: 'request_rate', limit: 'tenant' });
  expect(refusal?.retryAfterSeconds).toBeLessThanOrEqual(0.5);
  expect(rates.take({ tenant: { ...tenant, id: 'ten_2' }, route })).toBeNull();
});
