import { createRedisConfigSink } from '#libs/config-bus';
import { createRedisTickets } from '#libs/credentials';
import { createRedisFleet } from '#libs/fleet';
import { readApiSettings, SettingsError } from '#libs/settings';
import { createLogger } from '../bootstrap/create-logger.js';
import { runUntilStopped } from '../bootstrap/run-until-stopped.js';
import { warnOfUnknownSettings } from '../bootstrap/warn-of-unknown-settings.js';
import { startApi } from './start-api.js';

await runUntilStopped(async () => {
  const settings = readApiSettings(process.env);
  const { redisUrl, redisPrefix, logLevel } = settings;
  if (redisUrl === null) {
    throw new SettingsError('SLUICE_REDIS_URL', 'is needed by an API that runs apart from its gateways');
  }
  const logger = createLogger('api', logLevel);
  warnOfUnknownSettings(process.env, logger);
  const bus = { url: redisUrl, prefix: redisPrefix, logger };
  const sink = createRedisConfigSink(bus);
  const fleet = createRedisFleet(bus);
  const tickets = createRedisTickets(bus);
  const api = await startApi({ settings, sink, fleet, tickets, logger });
  logger.info(
    { url: api.url, docs: `${api.url}/docs`, adminTokenFile: api.adminTokenFile },
    'the API listens',
  );
  const stop = async (): Promise<void> => {
    await api.close();
    await Promise.all([sink.close(), fleet.close(), tickets.close()]);
  };
  return { stop };
});
