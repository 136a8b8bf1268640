import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LiveConnection } from '#libs/connections';
import { newId } from '#libs/contract';
import { fleetEventSchema, type FleetEvent } from '#libs/fleet';
import type { EndedRecord } from '#libs/pipeline';
import { liveConnection } from '../../../test/support/live-connection.js';
import { ConnectionEvents } from './connection-events.js';

const gatewayId = newId('gateway');

describe('ConnectionEvents', () => {
  let published: FleetEvent[];
  let events: ConnectionEvents;

  beforeEach(() => {
    vi.useFakeTimers();
    published = [];
    events = new ConnectionEvents(gatewayId, (event) => published.push(fleetEventSchema.parse(event)));
  });

  afterEach(() => {
    events.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  function open(count: number, connection = liveConnection()): LiveConnection {
    for (let opened = 0; opened < count; opened += 1) events.opened(connection);
    return connection;
  }

  function countOf(type: FleetEvent['type']): number {
    return published.filter((event) => event.type === type).length;
  }

  function omitted(): unknown[] {
    return published.flatMap((event) =>
      event.type === 'connectionsOmitted' ? [[event.tenantId, event.opened, event.closed]] : [],
    );
  }

  test('publishes each opened and closed connection, with the details of its end', () => {
    const connection = open(1);
    events.closed(endedRecord(connection));
    const { id, tenant, route, apiKey, clientAddress } = connection;
    const ids = { id, tenantId: tenant.id, routeId: route.id, apiKeyId: apiKey?.id };
    const subject = { ...ids, gatewayId, clientAddress };
    expect(published).toMatchObject([
      { type: 'connectionOpened', connection: subject },
      {
        type: 'connectionClosed',
        connection: subject,
        endedBy: 'gateway',
        closeCode: 1008,
        reason: 'key revoked',
        durationMs: 1500,
        fromClient: { messages: 2, bytes: 20 },
        fromUpstream: { messages: 1, bytes: 10 },
      },
    ]);
  });

  test('has no timer without events, and none a second after the last event', () => {
    expect(vi.getTimerCount()).toBe(0);
    open(1);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1000);
    expect(vi.getTimerCount()).toBe(0);
    expect(published).toHaveLength(1);
  });

  test('omits and counts events above the rate of a tenant, and publishes those of other tenants', () => {
    const noisy = open(80);
    for (let closed = 0; closed < 30; closed += 1) events.closed(endedRecord(noisy));
    open(1);
    expect([countOf('connectionOpened'), countOf('connectionClosed')]).toEqual([51, 0]);
    vi.advanceTimersByTime(1000);
    expect(omitted()).toEqual([[noisy.tenant.id, 30, 30]]);
    open(1, noisy);
    expect(countOf('connectionOpened')).toBe(52);
    vi.advanceTimersByTime(1000);
    expect(omitted()).toHaveLength(1);
  });

  test('bounds the rate of the gateway for any number of tenants', () => {
    for (let index = 0; index < 500; index += 1) open(1);
    expect(countOf('connectionOpened')).toBe(200);
    vi.advanceTimersByTime(1000);
    expect(omitted()).toHaveLength(100);
    vi.advanceTimersByTime(2000);
    expect(omitted()).toHaveLength(300);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('publishes the counts of omitted events when it stops, and nothing afterwards', () => {
    const noisy = open(60);
    events.stop();
    expect(omitted()).toEqual([[noisy.tenant.id, 10, 0]]);
    open(1);
    expect(countOf('connectionOpened')).toBe(50);
  });
});

function endedRecord({ id, tenant, route, apiKey, clientAddress }: LiveConnection): EndedRecord {
  const counters = {
    frames: 0,
    controlFrames: 0,
    bytesReceived: 0,
    lastActivityAtMs: null,
    roundTripMs: null,
  };
  return {
    outcome: 'ended',
    connectionId: id,
    host: 'chat.test',
    path: '/',
    clientAddress,
    httpVersion: '1.1',
    tenantId: tenant.id,
    routeId: route.id,
    apiKeyId: apiKey?.id ?? null,
    upstreamUrl: 'ws://upstream.test',
    durationMs: 1500,
    endedBy: 'gateway',
    closeCode: 1008,
    reason: 'key revoked',
    subprotocol: null,
    fromClient: { ...counters, messages: 2, bytes: 20 },
    fromUpstream: { ...counters, messages: 1, bytes: 10 },
  };
}
