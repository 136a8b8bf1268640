import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import { version } from './version.js';

// Gauges with names of counters, which violate the naming rules of Prometheus. The same numbers, by type, are
// in nodejs_active_handles, nodejs_active_requests and nodejs_active_resources.
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/**
 * Registers the metrics of this process (memory, CPU time, event loop, garbage collection) and its version.
 */
export function registerProcessMetrics(register: Registry): void {
  collectDefaultMetrics({ register });
  for (const name of misnamed) register.removeSingleMetric(name);
  new Gauge({
    name: 'sluice_build_info',
    help: '1, with the versions of Sluice and of Node.js',
    labelNames: ['version', 'node_version'],
    aggregator: 'first',
    registers: [register],
  }).set({ version, node_version: process.versions.node }, 1);
}
