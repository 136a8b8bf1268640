import { LocalConnectionLimiter } from '#libs/limits';
import { readGatewaySettings } from '#libs/settings';
import { createLogger } from '../../../../apps/bootstrap/create-logger.js';
import { runUntilStopped } from '../../../../apps/bootstrap/run-until-stopped.js';
import { busOf, connectGateway } from '../../../../apps/gateway/connect-gateway.js';
import { startGateway } from '../../../../apps/gateway/start-gateway.js';

// The gateway's program with local connection limits, as in `npm start`.
await runUntilStopped(async () => {
  const settings = readGatewaySettings(process.env);
  const logger = createLogger('gateway', settings.logLevel);
  const limiter = new LocalConnectionLimiter({ now: () => performance.now() });
  const gateway = await startGateway({
    settings,
    ...connectGateway(busOf(settings, logger)),
    limiter,
    logger,
  });
  return {
    stop: async () => {
      await gateway.drain();
      await gateway.close();
    },
  };
});
