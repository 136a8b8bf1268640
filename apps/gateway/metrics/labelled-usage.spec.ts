import { Registry } from 'prom-client';
import { beforeEach, expect, test } from 'vitest';
import { labelNameSchema, noUsage, type Labels, type UsageRow } from '#libs/contract';
import { readGatewaySettings } from '#libs/settings';
import { LabelledUsage } from './labelled-usage.js';

let registry: Registry;
let labelsById: Record<string, Labels>;
beforeEach(() => {
  registry = new Registry();
  labelsById = {};
});

function labelledBy(...names: string[]): LabelledUsage {
  const find = (id: string): { labels: Labels } | null => {
    const labels = labelsById[id];
    return labels ? { labels } : null;
  };
  return new LabelledUsage(registry, { names, configuration: { route: find, tenant: find } });
}

function rowOf(tenantId: string, routeId: string, usage: Partial<UsageRow>): UsageRow {
  return { tenantId, routeId, apiKeyId: null, ...noUsage(), ...usage };
}

async function series(metric: string): Promise<string[]> {
  const text = await registry.getSingleMetricAsString(`sluice_labelled_${metric}_total`);
  return text.split('\n').filter((line) => line.startsWith('sluice_'));
}

test('usage is counted by the labels of its route, or else of its tenant', async () => {
  labelsById = { rte_1: { env: 'prod' }, rte_2: {}, ten_1: { env: 'test', 'example.com/team': 'a"b' } };
  const usage = labelledBy('env', 'example.com/team');
  usage.add([rowOf('ten_1', 'rte_1', { connections: 2, connectionMs: 1500, bytesFromClients: 10 })]);
  usage.add([rowOf('ten_1', 'rte_2', { connections: 1 }), rowOf('ten_1', 'rte_1', { bytesFromClients: 5 })]);
  const [prod, test] = ['prod', 'test'].map((env) => `label_env="${env}",label_example_com_team="a\\"b"`);
  expect(await series('connections')).toEqual([
    `sluice_labelled_connections_total{${prod}} 2`,
    `sluice_labelled_connections_total{${test}} 1`,
  ]);
  expect(await series('connection_seconds')).toContain(
    `sluice_labelled_connection_seconds_total{${prod}} 1.5`,
  );
  expect(await series('bytes')).toContain(`sluice_labelled_bytes_total{from="client",${prod}} 15`);
});

test('usage of a deleted route, and of one without these labels, is counted with empty values', async () => {
  labelledBy('env').add([rowOf('ten_1', 'rte_1', { messagesFromUpstreams: 3 })]);
  expect(await series('messages')).toContain(
    'sluice_labelled_messages_total{from="upstream",label_env=""} 3',
  );
});

test('beyond 1,000 combinations of values, usage is counted as other, and none is lost', async () => {
  const usage = labelledBy('env');
  for (let index = 0; index < 3000; index += 1) {
    labelsById = { rte_1: { env: String(index) } };
    usage.add([rowOf('ten_1', 'rte_1', { connections: 1 })]);
  }
  const lines = await series('connections');
  expect(lines).toHaveLength(1001);
  expect(lines.at(-1)).toBe('sluice_labelled_connections_total{label_env="other"} 2000');
});

test('without names of labels there is no such metric', () => {
  labelledBy().add([rowOf('ten_1', 'rte_1', { connections: 1 })]);
  expect(registry.getMetricsAsArray()).toEqual([]);
});

test.each(['env', 'a', '0', 'example.com/team', 'a-_./b', 'a'.repeat(63)])(
  'the setting takes the label %s',
  (name) => {
    expect(labelNameSchema.safeParse(name).success).toBe(true);
    expect(readGatewaySettings({ SLUICE_METRICS_LABELS: name }).metricsLabels).toEqual([name]);
  },
);

test.each(['Env', '-a', 'a-', 'a b', 'é', 'a'.repeat(64)])(
  'the setting refuses %s, which is not a label',
  (name) => {
    expect(labelNameSchema.safeParse(name).success).toBe(false);
    expect(() => readGatewaySettings({ SLUICE_METRICS_LABELS: name })).toThrow('SLUICE_METRICS_LABELS');
  },
);
