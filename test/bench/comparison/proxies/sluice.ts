import { Releases } from '../../../support/releases.js';
import type { Launch } from '../../../support/sluice-process.js';
import { builtProgram } from '../../built-program.js';
import { startBenchGateway, startControlPlane, type ControlPlane } from '../../sluice-processes.js';
import { programPath } from '../program-path.js';
import type { ProxyInput, ProxyKind, RunningProxy } from '../proxy.js';
import { untilOpen } from '../until-open.js';
import { benchPath, everyLimit, publishBenchTenant, type TenantSettings } from './bench-tenant.js';
import { collectGarbageOf, collectOnSignal } from './garbage-collection.js';
import { benchGatewaySettings, sluiceVersion } from './sluice-settings.js';

export interface SluiceOptions {
  name?: string;
  isOnRequest?: boolean;
  /** Settings of the gateway that override those of every benchmark. */
  settings?: Record<string, string>;
  nodeOptions?: readonly string[];
  tenant?: TenantSettings;
  /** Whether a second gateway with local connection limits takes the handshakes without Redis. */
  hasLocalLimits?: boolean;
  /** The folder of the built checkout that is run; by default this one. */
  checkout?: string;
}

const localGateway = 'test/bench/comparison/proxies/gateway-with-local-limits.js';

/**
 * The gateway's program, with a tenant that has every limit; Redis and the API are separate and idle during
 * the load.
 */
export function sluice(options: SluiceOptions = {}): ProxyKind {
  const { name = 'Sluice', isOnRequest = false } = options;
  return {
    name,
    role: 'sluice',
    setup: 'one gateway process, API key, every limit on, pings on, log level warn',
    isRequired: true,
    isOnRequest,
    start: (input) => Releases.unlessStarted((releases) => start(input, options, releases)),
  };
}

async function start(input: ProxyInput, options: SluiceOptions, releases: Releases): Promise<RunningProxy> {
  const { settings = {}, nodeOptions = [], tenant = everyLimit } = options;
  const { hasLocalLimits = false, checkout = '.' } = options;
  const { folder, upstreamPort, isForMemory } = input;
  await programPath('redis-server', 'redis-server');
  const api: Launch = { main: builtProgram(checkout, 'apps/api/main.js') };
  const plane = await startControlPlane({ folder, settings: benchGatewaySettings, launch: api }, releases);
  const header = await publishBenchTenant(plane.rest, upstreamPort, tenant);
  const ownSettings = { ...benchGatewaySettings, ...settings };
  const gateway = (launch: Launch): ReturnType<typeof startTarget> =>
    startTarget(plane, input, { settings: ownSettings, header, launch }, releases);
  const main = await gateway({
    main: builtProgram(checkout, 'apps/gateway/main.js'),
    nodeOptions: [...nodeOptions, ...(isForMemory ? collectOnSignal : [])],
  });
  const running: RunningProxy = { ...main, stop: () => releases.releaseAll() };
  if (isForMemory) return { ...running, collectGarbage: () => collectGarbageOf(main.processes) };
  if (!hasLocalLimits) return running;
  return { ...running, withLocalLimits: await gateway({ main: builtProgram(checkout, localGateway) }) };
}

async function startTarget(
  plane: ControlPlane,
  { folder, pinning, probe }: ProxyInput,
  { settings, header, launch }: { settings: Record<string, string>; header: string; launch: Launch },
  releases: Releases,
): Promise<Omit<RunningProxy, 'stop'>> {
  const pinned: Launch = {
    ...launch,
    wrap: (...command) => pinning.command('proxy', ...command),
  };
  const { port, adminPort, process } = await startBenchGateway(
    plane,
    { folder, settings, launch: pinned },
    releases,
  );
  const adminUrl = `http://127.0.0.1:${adminPort}`;
  const target = { port, path: benchPath, header };
  await untilOpen(process, target, probe);
  return {
    ...target,
    processes: await process.processes(),
    version: await sluiceVersion(adminUrl),
    adminUrl,
    log: () => process.log(),
  };
}
