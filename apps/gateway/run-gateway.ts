import { readGatewaySettings } from '#libs/settings';
import { createLogger } from '../bootstrap/create-logger.js';
import { runUntilStopped } from '../bootstrap/run-until-stopped.js';
import { warnOfUnknownSettings } from '../bootstrap/warn-of-unknown-settings.js';

// The parts of the program are loaded after its settings, so that a wrong setting is reported at once.
await runUntilStopped(async () => {
  const settings = readGatewaySettings(process.env);
  const isShared = settings.workers > 1;
  const logger = createLogger('gateway', settings.logLevel, { isShared });
  warnOfUnknownSettings(process.env, logger);
  const { busOf, connectGateway, startFleetLimiter } = await import('./connect-gateway.js');
  const bus = busOf(settings, logger);
  const limiter = await startFleetLimiter(bus);
  if (!isShared) {
    const { startGateway } = await import('./start-gateway.js');
    const gateway = await startGateway({ settings, ...connectGateway(bus), limiter, logger });
    const { id, urls, adminUrl, engine } = gateway;
    logger.info({ id, engine: engine.name, urls, adminUrl }, 'the gateway listens');
    const stop = async (): Promise<void> => {
      await gateway.drain();
      await gateway.close();
    };
    return { stop };
  }
  const { startSupervisor } = await import('./supervisor/start-supervisor.js');
  const started = startSupervisor({ settings, limiter, logger });
  process.on('SIGHUP', () => void started.then((supervisor) => supervisor.restart()));
  const supervisor = await started;
  const { id, urls, adminUrl } = supervisor;
  logger.info({ id, workers: settings.workers, urls, adminUrl }, 'the gateway listens');
  return { stop: () => supervisor.stop(), onSecondSignal: () => supervisor.killAll() };
});
