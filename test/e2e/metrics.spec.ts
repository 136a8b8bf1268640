import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';
import { metricFaults } from '../support/metric-faults.js';

let sluice: SluiceInProcess;
beforeEach(async () => {
  sluice = await startSluice();
  const client = new WebSocket(`${sluice.gatewayUrl}/echo`);
  await once(client, 'open');
  client.send('hello');
  await once(client, 'message');
  client.close();
  await once(client, 'close');
});
afterEach(() => sluice.close());

test.each(['API', 'gateway'])(
  'the metrics of the %s pass promtool checks, and contain its version',
  async (part) => {
    const url = part === 'API' ? sluice.apiUrl : sluice.gatewayAdminUrl;
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(metricFaults(text)).toEqual([]);
    expect(text).toMatch(/^sluice_build_info\{version="[^"]+",node_version="[^"]+"\} 1$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
  },
);
