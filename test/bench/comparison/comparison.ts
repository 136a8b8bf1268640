import { readFileSync } from 'node:fs';
import { comparisonTable } from './comparison-table.js';
import { readComparisonOptions } from './comparison-options.js';
import { Load } from './load.js';
import { Pinning } from './pinning.js';
import type { ProxyKind } from './proxy.js';
import { caddy } from './proxies/caddy.js';
import { direct } from './proxies/direct.js';
import { haproxy } from './proxies/haproxy.js';
import { httpProxy } from './proxies/http-proxy.js';
import { nginx } from './proxies/nginx.js';
import { sluice } from './proxies/sluice.js';
import { measureRounds, type Measured } from './rounds.js';
import { summarise } from './summary.js';

const allKinds: readonly ProxyKind[] = [direct, sluice, nginx, haproxy, caddy, httpProxy];

const options = readComparisonOptions(process.argv.slice(2));
const { only, metrics, effort } = options;
const kinds = allKinds.filter(({ name }) => only === null || only.includes(name.toLowerCase()));
const pinning = new Pinning();
pinning.pinSelf();
const load = await Load.start(pinning);
try {
  const openFiles = openFileLimit();
  const measured = await measureRounds({
    load,
    pinning,
    openFiles,
    kinds,
    metrics,
    effort,
    log: console.log,
  });
  printReport(measured);
} finally {
  await load.stop();
}

function printReport(measured: Measured[]): void {
  for (const line of comparisonTable(measured, summarise(measured))) console.log(line);
}

function openFileLimit(): number {
  const [, hard] = /^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return Math.min(Number(hard), 100_000);
}
