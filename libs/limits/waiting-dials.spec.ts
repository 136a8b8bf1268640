import { describe, expect, test } from 'vitest';
import { WaitingDials } from './waiting-dials.js';

const chat = { tenantId: 'ten_a', routeId: 'rte_chat' };
const news = { tenantId: 'ten_a', routeId: 'rte_news' };
const other = { tenantId: 'ten_b', routeId: 'rte_other' };

describe('WaitingDials', () => {
  test("the reached bound is reported, the tenant's before the route's", () => {
    const dials = new WaitingDials({ perTenant: 3, perRoute: 2 });
    for (let count = 0; count < 2; count += 1) {
      expect(dials.fullBound(chat)).toBeNull();
      dials.begin(chat);
    }
    expect([dials.fullBound(chat), dials.fullBound(news)]).toEqual(['route', null]);
    dials.begin(news);
    expect([dials.fullBound(chat), dials.fullBound(news)]).toEqual(['tenant', 'tenant']);
    expect(dials.fullBound(other)).toBeNull();
  });

  test('each release makes room once', () => {
    const dials = new WaitingDials({ perTenant: 2, perRoute: 0 });
    const waiting = [dials.begin(chat), dials.begin(chat)];
    for (const dial of [waiting[0], waiting[0]]) dial?.release();
    expect([dials.size, dials.fullBound(chat)]).toEqual([1, null]);
    dials.begin(chat);
    expect(dials.fullBound(chat)).toBe('tenant');
  });

  test('a bound of 0 means no bound', () => {
    const dials = new WaitingDials({ perTenant: 0, perRoute: 0 });
    for (let count = 0; count < 5000; count += 1) dials.begin(chat);
    expect([dials.size, dials.fullBound(chat)]).toEqual([5000, null]);
  });
});
