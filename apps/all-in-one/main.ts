import { pino } from 'pino';
import {
  readApiSettings,
  readEchoSettings,
  readGatewaySettings,
  SettingsError,
  type Environment,
} from '#libs/settings';
import { loggedError } from '../bootstrap/logged-error.js';
import { runUntilStopped } from '../bootstrap/run-until-stopped.js';
import { demo } from './seed-demo.js';
import { startAllInOne, type RunningAllInOne } from './start-all-in-one.js';

// The echo upstream is on loopback, which no gateway dials unless it is told to; and the lines below say what a
// newcomer needs, so that the log speaks up for warnings only.
const defaults: Environment = {
  SLUICE_UPSTREAM_ALLOW: '127.0.0.0/8,::1/128',
  SLUICE_LOG_LEVEL: 'warn',
};

await runUntilStopped(async () => {
  const environment = { ...defaults, ...process.env };
  const api = readApiSettings(environment);
  const gateway = readGatewaySettings(environment);
  if (gateway.workers !== 1) {
    throw new SettingsError(
      'SLUICE_GATEWAY_WORKERS',
      'is for gateways that run apart: npm start is one process',
    );
  }
  const logger = pino({ name: 'sluice', level: api.logLevel, serializers: { err: loggedError } });
  const sluice = await startAllInOne({
    api,
    gateway,
    echo: readEchoSettings(environment),
    logger,
  });
  process.stdout.write(welcome(sluice));
  return async () => {
    await sluice.drain();
    await sluice.close();
  };
});

function welcome({ api, gateway }: RunningAllInOne): string {
  const [gatewayUrl = ''] = gateway.urls;
  const reachable = gatewayUrl.replace('0.0.0.0', '127.0.0.1');
  const token = api.adminTokenFile === null ? 'from SLUICE_ADMIN_TOKEN' : api.adminTokenFile;
  return [
    '',
    `  Sluice is running.`,
    '',
    `  API          ${api.url}/v1`,
    `  docs         ${api.url}/docs`,
    `  gateway      ${gatewayUrl}  (health and metrics: ${gateway.adminUrl})`,
    `  admin token  ${token}`,
    '',
    `  Try it, in another terminal:  npm run connect -- ${reachable}${demo.path} hello`,
    '',
    '',
  ].join('\n');
}
