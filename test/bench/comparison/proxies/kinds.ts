import type { MetricName } from '../metrics.js';
import type { ProxyKind } from '../proxy.js';
import { caddy } from './caddy.js';
import { direct } from './direct.js';
import { haproxy } from './haproxy.js';
import { httpProxy } from './http-proxy.js';
import { nginx, nginxWithLargeBuffers } from './nginx.js';
import { sluice } from './sluice.js';

const all: readonly ProxyKind[] = [direct, sluice, nginx, nginxWithLargeBuffers, haproxy, caddy, httpProxy];

/** Those with these names, in small letters; all where there are none. Latency needs `direct` beside the others. */
export function kindsNamed(names: readonly string[] | null, metrics: readonly MetricName[]): ProxyKind[] {
  if (names === null) return [...all];
  const wanted = metrics.includes('latency') ? ['direct', ...names] : names;
  const unknown = names.find((name) => !all.some((kind) => kind.name.toLowerCase() === name));
  if (unknown !== undefined) throw new Error(`--only: there is no ${unknown}`);
  return all.filter(({ name }) => wanted.includes(name.toLowerCase()));
}
