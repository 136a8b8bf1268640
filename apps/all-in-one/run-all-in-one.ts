import {
  readApiSettings,
  readEchoSettings,
  readGatewaySettings,
  SettingsError,
  type Environment,
} from '#libs/settings';
import { createLogger } from '../bootstrap/create-logger.js';
import { runUntilStopped } from '../bootstrap/run-until-stopped.js';
import { warnOfUnknownSettings } from '../bootstrap/warn-of-unknown-settings.js';
import { demo } from './seed-demo.js';
import type { RunningAllInOne } from './start-all-in-one.js';

// Gateways dial loopback, where the echo upstream listens, only if a setting allows it. The welcome text says
// all that a newcomer needs, so the log has only warnings. The drain is short, since someone waits for it at
// the terminal.
const defaults: Environment = {
  SLUICE_UPSTREAM_ALLOW: '127.0.0.0/8,::1/128',
  SLUICE_LOG_LEVEL: 'warn',
  SLUICE_DRAIN_SECONDS: '5',
};

// The parts of the program are loaded after its settings, so that a wrong setting is reported at once.
await runUntilStopped(async () => {
  const environment = { ...defaults, ...process.env };
  const api = readApiSettings(environment);
  const gateway = readGatewaySettings(environment);
  if (gateway.workers !== 1) {
    throw new SettingsError(
      'SLUICE_GATEWAY_WORKERS',
      'applies only to gateways in separate processes: npm start is one process',
    );
  }
  const logger = createLogger('sluice', api.logLevel);
  warnOfUnknownSettings(process.env, logger);
  const { RefusalNotices } = await import('../gateway/data-plane/refusal-notices.js');
  const { startAllInOne } = await import('./start-all-in-one.js');
  const refusalNotices = new RefusalNotices(logger);
  const sluice = await startAllInOne({
    api,
    gateway,
    echo: readEchoSettings(environment),
    logger,
    refusalNotices,
  });
  process.stdout.write(welcome(sluice));
  return {
    describeStop: () => closingNotice(sluice.gateway.connections.size, gateway.drainSeconds),
    stop: async () => {
      await sluice.drain();
      await sluice.close();
      refusalNotices.stop();
    },
  };
});

function closingNotice(connections: number, drainSeconds: number): string | null {
  if (connections === 0) return null;
  const noun = connections === 1 ? 'connection' : 'connections';
  return `closing ${connections} ${noun}, up to ${drainSeconds} s; again to stop now`;
}

function welcome({ api, gateway }: RunningAllInOne): string {
  const [gatewayUrl = ''] = gateway.urls;
  const reachable = gatewayUrl.replace('0.0.0.0', '127.0.0.1');
  const token = api.adminTokenFile === null ? 'from SLUICE_ADMIN_TOKEN' : api.adminTokenFile;
  return [
    '',
    `  Sluice is running.`,
    '',
    `  API          ${api.url}/v1`,
    `  console      ${api.url}/console`,
    `  docs         ${api.url}/docs`,
    `  gateway      ${gatewayUrl}  (health and metrics: ${gateway.adminUrl})`,
    `  admin token  ${token}`,
    '',
    `  Try it, in another terminal:  ./sluice connect ${reachable}${demo.path} hello`,
    '',
    '',
  ].join('\n');
}
