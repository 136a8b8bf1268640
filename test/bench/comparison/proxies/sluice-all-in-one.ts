import { Releases } from '../../../support/releases.js';
import { startBenchAllInOne } from '../../sluice-processes.js';
import type { ProxyInput, ProxyKind, RunningProxy } from '../proxy.js';
import { untilOpen } from '../until-open.js';
import { benchPath, publishBenchTenant } from './bench-tenant.js';
import { collectGarbageOf, collectOnSignal } from './garbage-collection.js';
import { benchGatewaySettings, sluiceVersion } from './sluice-settings.js';

/** What people start first: API, gateway and database in one process, which counts limits by itself. */
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
  const launch = {
    nodeOptions: isForMemory ? collectOnSignal : [],
    command: (program: string, options: readonly string[]) => pinning.command('proxy', program, options),
  };
  const ownSettings = { ...benchGatewaySettings, ...settings };
  const { rest, port, adminPort, process } = await startBenchAllInOne(
    { folder, settings: ownSettings, launch },
    releases,
  );
  const { program } = process;
  const header = await publishBenchTenant(rest, upstreamPort);
  const target = { port, path: benchPath, header };
  await untilOpen(program, target);
  const processes = await program.processes();
  return {
    ...target,
    processes,
    version: await sluiceVersion(process),
    adminUrl: `http://127.0.0.1:${adminPort}`,
    ...(isForMemory && { collectGarbage: () => collectGarbageOf(processes) }),
    log: () => program.log(),
    stop: () => releases.releaseAll(),
  };
}
