import { readApiSettings, SettingsError } from '#libs/settings';
import { createLogger } from '../bootstrap/create-logger.js';
import { runUntilStopped } from '../bootstrap/run-until-stopped.js';
import { warnOfUnknownSettings } from '../bootstrap/warn-of-unknown-settings.js';

// The parts of the program are loaded after its settings, so that a wrong setting is reported at once.
await runUntilStopped(async () => {
  const settings = readApiSettings(process.env);
  const { redisUrl, redisPrefix, logLevel } = settings;
  if (redisUrl === null) {
    throw new SettingsError('SLUICE_REDIS_URL', 'is needed by an API that runs apart from its gateways');
  }
  const logger = createLogger('api', logLevel);
  warnOfUnknownSettings(process.env, logger);
  const { createRedisConfigSink } = await import('#libs/config-bus');
  const { createRedisTickets } = await import('#libs/credentials');
  const { createRedisFleet } = await import('#libs/fleet');
  const { startApi } = await import('./start-api.js');
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
