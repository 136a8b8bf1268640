import { describe, expect, test } from 'vitest';
import { ConnectionRegistry } from '#libs/connections';
import type { LimiterStatus } from '#libs/limits';
import type { EndedRecord } from '#libs/pipeline';
import { Configuration } from '#libs/routing';
import { GatewayMetrics } from './gateway-metrics.js';

const counters = { frames: 0, controlFrames: 0, bytesReceived: 0, lastActivityAtMs: null, roundTripMs: null };

const record: EndedRecord = {
  outcome: 'ended',
  connectionId: 'con_1',
  host: 'chat.test',
  path: '/',
  clientAddress: '192.0.2.1',
  httpVersion: '1.1',
  tenantId: 'ten_1',
  routeId: 'rte_1',
  apiKeyId: null,
  upstreamUrl: 'ws://upstream.test',
  durationMs: 1500,
  endedBy: 'client',
  closeCode: 1000,
  reason: null,
  subprotocol: null,
  fromClient: { ...counters, messages: 2, bytes: 20 },
  fromUpstream: { ...counters, messages: 1, bytes: 10 },
};

const live = {
  waitingDials: { size: 0 },
  upstreams: { all: () => [] },
  usage: { size: 0, isFailing: false },
  labelled: { names: [], configuration: new Configuration() },
  isDraining: () => false,
  limits: (): LimiterStatus => ({ scope: 'gateway', gateways: 1 }),
};

describe('GatewayMetrics', () => {
  test('the number of close code labels is bounded for any codes that peers send', async () => {
    const metrics = new GatewayMetrics({
      connections: new ConnectionRegistry(),
      ...live,
    });
    for (let closeCode = 0; closeCode < 65_536; closeCode += 1) metrics.countRecord({ ...record, closeCode });
    const text = await metrics.registry.getSingleMetricAsString('sluice_connections_ended_total');
    expect(text.split('\n').filter((line) => line.startsWith('sluice_'))).toHaveLength(16 + 3);
  });

  test('relayed messages and bytes include ended and live connections', async () => {
    const connections = new ConnectionRegistry();
    const metrics = new GatewayMetrics({ connections, ...live });
    metrics.countRecord(record);
    metrics.countRecord(record);
    const text = await metrics.registry.getSingleMetricAsString('sluice_relayed_bytes_total');
    expect(text).toContain('{from="client"} 40');
    expect(text).toContain('{from="upstream"} 20');
  });
});
