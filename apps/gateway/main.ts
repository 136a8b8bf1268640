import { readGatewaySettings } from '#libs/settings';
import { createLogger } from '../bootstrap/create-logger.js';
import { runUntilStopped } from '../bootstrap/run-until-stopped.js';
import { busOf, connectGateway, startFleetLimiter } from './connect-gateway.js';
import { startGateway } from './start-gateway.js';
import { startSupervisor, type RunningSupervisor } from './supervisor/start-supervisor.js';

let supervisor: RunningSupervisor | null = null;

await runUntilStopped(
  async () => {
    const settings = readGatewaySettings(process.env);
    const isShared = settings.workers > 1;
    const logger = createLogger('gateway', settings.logLevel, { isShared });
    const bus = busOf(settings, logger);
    const limiter = await startFleetLimiter(bus);
    if (!isShared) {
      const gateway = await startGateway({ settings, ...connectGateway(bus), limiter, logger });
      logger.info({ id: gateway.id, urls: gateway.urls, adminUrl: gateway.adminUrl }, 'the gateway listens');
      return async () => {
        await gateway.drain();
        await gateway.close();
      };
    }
    process.on('SIGHUP', () => supervisor?.restart());
    supervisor = await startSupervisor({ settings, limiter, logger });
    const { id, urls, adminUrl } = supervisor;
    logger.info({ id, workers: settings.workers, urls, adminUrl }, 'the gateway listens');
    return () => supervisor?.stop() ?? Promise.resolve();
  },
  () => supervisor?.killAll(),
);
