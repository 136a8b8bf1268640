import { pino } from 'pino';
import { createRedisConfigSink } from '#libs/config-bus';
import { readApiSettings, SettingsError } from '#libs/settings';
import { startApi } from './start-api.js';

try {
  await runApi();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function runApi(): Promise<void> {
  const settings = readApiSettings(process.env);
  if (settings.redisUrl === null) {
    throw new SettingsError(
      'SLUICE_REDIS_URL',
      'is needed to start the API apart from its gateways, like redis://127.0.0.1:6379',
    );
  }
  const logger = pino({ name: 'api', level: settings.logLevel });
  const sink = createRedisConfigSink({ url: settings.redisUrl, prefix: settings.redisPrefix, logger });
  const api = await startApi({ settings, sink, logger }).catch(async (error: unknown) => {
    await sink.close();
    throw error;
  });
  logger.info({ url: api.url, docs: `${api.url}/docs`, adminTokenFile: api.adminTokenFile }, 'API listening');

  // `on`, not `once`: npm passes a Ctrl-C on although the terminal has sent it to this process already.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      logger.info({ signal }, 'API closing');
      void api.close().then(() => sink.close());
    });
  }
}
