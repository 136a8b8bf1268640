import { Releases } from '../../../support/releases.js';
import type { Launch } from '../../../support/sluice-process.js';
import { startBenchAllInOne } from '../../sluice-processes.js';
import type { ProxyInput, ProxyKind, RunningProxy } from '../proxy.js';
import { untilOpen } from '../until-open.js';
import { benchPath, publishBenchTenant } from './bench-tenant.js';
import { collectGarbageOf, collectOnSignal } from './garbage-collection.js';
import { benchGatewaySettings, sluiceVersion } from './sluice-settings.js';

/** The all-in-one start: API, gateway and database in one process, with local limits. */
export function sluiceAllInOne(settings: Record<string, string> = {}): ProxyKind {
  return {
    name: 'Sluice all-in-one',
    role: 'sluice',
    setup: '`npm start`: API and gateway in one process, otherwise as Sluice',
    isRequired: true,
    start: (input) => Releases.unlessStarted((releases) => start(input, settings, releases)),
  };
}

async function start(
  { folder, pinning, upstreamPort, isForMemory }: ProxyInput,
  settings: Record<string, string>,
  releases: Releases,
): Promise<RunningProxy> {
  const launch: Launch = {
    nodeOptions: isForMemory ? collectOnSignal : [],
    wrap: (...command) => pinning.command('proxy', ...command),
  };
  const ownSettings = { ...benchGatewaySettings, ...settings };
  const { rest, port, adminPort, process } = await startBenchAllInOne(
    { folder, settings: ownSettings, launch },
    releases,
  );
  const adminUrl = `http://127.0.0.1:${adminPort}`;
  const header = await publishBenchTenant(rest, upstreamPort);
  const target = { port, path: benchPath, header };
  await untilOpen(process, target);
  const processes = await process.processes();
  return {
    ...target,
    processes,
    version: await sluiceVersion(adminUrl),
    adminUrl,
    ...(isForMemory && { collectGarbage: () => collectGarbageOf(processes) }),
    log: () => process.log(),
    stop: () => releases.releaseAll(),
  };
}
