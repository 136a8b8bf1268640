import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { metricFaults } from '../../test/support/metric-faults.js';
import { registerProcessMetrics } from './process-metrics.js';
import { version } from './version.js';

test('the metrics of a process pass the naming rules of Prometheus, and include the version', async () => {
  const registry = new Registry();
  registerProcessMetrics(registry);
  const text = await registry.metrics();
  expect(metricFaults(text)).toEqual([]);
  expect(text).toContain('process_resident_memory_bytes');
  expect(text).toContain(`sluice_build_info{version="${version}",node_version="${process.versions.node}"} 1`);
});
