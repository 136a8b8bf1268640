import type { ProxyKind } from '../proxy.js';
import { caddy } from './caddy.js';
import { direct } from './direct.js';
import { haproxy } from './haproxy.js';
import { httpProxy } from './http-proxy.js';
import { nginx, nginxWithLargeBuffers } from './nginx.js';
import { sluice } from './sluice.js';
import { sluiceAllInOne } from './sluice-all-in-one.js';

export const engines = ['native', 'typescript'] as const;
export type Engine = (typeof engines)[number];

/**
 * The kinds with these names; without names, all except those on request. `engine` is that of Sluice; null:
 * its own choice.
 */
export function kindsNamed(names: readonly string[] | null, engine: Engine | null): ProxyKind[] {
  const all = allKinds(engine);
  if (names === null) return all.filter(({ isOnRequest }) => isOnRequest !== true);
  const known = all.map(({ name }) => optionName(name));
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`--only: expected some of ${known.join(',')}, not ${unknown}`);
  return all.filter(({ name }) => names.includes(optionName(name)));
}

function allKinds(engine: Engine | null): ProxyKind[] {
  const settings: Record<string, string> = engine === null ? {} : { SLUICE_ENGINE: engine };
  const typescript = { SLUICE_ENGINE: 'typescript' };
  return [
    direct,
    sluice({ settings, hasLocalLimits: true }),
    sluiceAllInOne(settings),
    sluice({ name: 'Sluice (TypeScript)', isOnRequest: true, settings: typescript, hasLocalLimits: true }),
    nginx,
    nginxWithLargeBuffers,
    haproxy,
    caddy,
    httpProxy,
  ];
}

/** The option name of a kind, for example `sluice-typescript` for `Sluice (TypeScript)`. */
function optionName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replace(/-$/, '');
}
