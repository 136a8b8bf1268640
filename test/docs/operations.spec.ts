import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tableRowsUnder, codeIn } from './markdown-table.js';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const sources = [
  'apps/gateway/metrics/http-metrics.ts',
  'apps/bootstrap/process-metrics.ts',
  'apps/gateway/metrics/gateway-metrics.ts',
  'apps/gateway/metrics/labelled-usage.ts',
  'apps/gateway/metrics/upstream-metrics.ts',
  'apps/gateway/supervisor/supervisor-metrics.ts',
  'apps/api/metrics/api-metrics.ts',
  'apps/api/publishing/publishing.module.ts',
  'apps/api/events/events.module.ts',
  'apps/api/gateways/change-propagation.ts',
  'apps/api/gateways/revision-lag.ts',
];

test("docs/operations/observe.md lists exactly Sluice's own metrics", () => {
  const code = sources.map(read).join('\n');
  const defined = [...code.matchAll(/['`](sluice_[a-z_]+)(?:\$\{unit\}(_total))?['`]/g)].flatMap(
    ([, name = '', suffix]) => (suffix ? [`${name}messages${suffix}`, `${name}bytes${suffix}`] : [name]),
  );
  const documented = tableRowsUnder(read('docs/operations/observe.md'), '## Metrics')
    .flatMap(([metric = '']) => codeIn(metric))
    .filter((metric) => metric.startsWith('sluice_'));
  expect(documented.sort()).toEqual([...new Set(defined)].sort());
});
