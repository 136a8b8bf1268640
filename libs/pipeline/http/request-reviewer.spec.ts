import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SliceQueue } from '#libs/async';
import { newId, type PublishedApiKey, type PublishedRoute, type PublishedTenant } from '#libs/contract';
import { liveConnection } from '../../../test/support/live-connection.js';
import type { Refusal } from '../refusal.js';
import { RequestReviewer, type LiveRequest } from './request-reviewer.js';

let tenant: PublishedTenant;
let route: PublishedRoute;
let apiKey: PublishedApiKey;
let reviewer: RequestReviewer;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  const connection = liveConnection();
  if (!connection.apiKey) throw new Error('no key');
  ({ tenant, apiKey } = connection);
  route = { ...connection.route, http: 'proxy' };
  reviewer = new RequestReviewer({
    configuration: {
      tenant: () => tenant,
      route: () => route,
      apiKey: () => apiKey,
      exhaustion: () => null,
    },
    slices: new SliceQueue(),
    drainPeriodMs: 30_000,
    now: Date.now,
  });
  stop = reviewer.start();
});

afterEach(() => {
  stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function request(): LiveRequest & { ends: Refusal[] } {
  const ends: Refusal[] = [];
  const client = { keyPrefix: null, credentialSource: 'header', origin: null } as const;
  return {
    authenticated: {
      position: null,
      tenant,
      route,
      apiKey,
      token: null,
      hasClientCertificate: false,
      ...client,
    },
    listedUpstreamUrl: null,
    ending: { refuse: (refusal) => void ends.push(refusal) },
    ends,
  };
}

test('requests of a key end within a second after it expired, once', () => {
  const [first, over, last] = [request(), request(), request()];
  reviewer.add(first);
  const release = reviewer.add(over);
  reviewer.add(last);
  release();
  release();
  apiKey = { ...apiKey, expiresAt: new Date(Date.now() + 5000).toISOString() };
  vi.advanceTimersByTime(4999);
  expect(first.ends).toEqual([]);
  vi.advanceTimersByTime(3000);
  for (const { ends } of [first, last])
    expect(ends).toEqual([{ code: 'key_expired', detail: 'key expired' }]);
  expect(over.ends).toEqual([]);
});

test('maintenance with drain ends requests within the drain period, unless it ends before', () => {
  const asked = request();
  reviewer.add(asked);
  const review = (connections: 'drain' | null): void => {
    route = { ...route, maintenance: connections && { connections, retryAfterSeconds: 60 } };
    reviewer.reviewEntries([{ kind: 'route', id: route.id, value: route }]);
  };
  review('drain');
  review(null);
  vi.advanceTimersByTime(60_000);
  expect(asked.ends).toEqual([]);
  review('drain');
  vi.advanceTimersByTime(30_000);
  expect(asked.ends).toMatchObject([{ code: 'maintenance', retryAfterSeconds: 1 }]);
});

test('a change of another tenant reviews no request', () => {
  const asked = request();
  reviewer.add(asked);
  tenant = { ...tenant, status: 'suspended' };
  reviewer.reviewEntries([{ kind: 'tenant', id: newId('tenant'), value: null }]);
  expect(asked.ends).toEqual([]);
  reviewer.reviewAll();
  expect(asked.ends).toMatchObject([{ code: 'tenant_suspended' }]);
});
