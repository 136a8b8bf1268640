import { ChannelConnectionLimiter } from '#libs/limits';
import { readGatewaySettings } from '#libs/settings';
import { createLogger } from '../bootstrap/create-logger.js';
import { startFailure } from '../bootstrap/start-failure.js';
import { busOf, connectGateway } from './connect-gateway.js';
import { startWorker } from './start-gateway.js';
import { metricsOf } from './supervisor/supervisor-metrics.js';
import { SupervisorLink } from './supervisor/supervisor-link.js';

// One of the processes that the supervisor starts if there are several workers.
const link = new SupervisorLink();
try {
  const { number, supervisorId, adminUrl, listenWithinMs, inherited } = await link.begin();
  const settings = readGatewaySettings(process.env);
  const logger = createLogger('gateway', settings.logLevel, { isShared: true }).child({ worker: number });
  const limiter = new ChannelConnectionLimiter({
    send: (request) => link.send({ type: 'limiter', question: request }),
  });
  const worker = await startWorker({
    settings,
    ...connectGateway(busOf(settings, logger)),
    limiter,
    logger,
    reservedUrls: [adminUrl],
    supervision: {
      supervisorId,
      listenWithinMs,
      inherited,
      onDrainAsked: (periodMs) => link.send({ type: 'drainAsked', periodMs }),
      onUndrainAsked: () => link.send({ type: 'undrainAsked' }),
    },
  });
  const { id, urls, engine, state, connections, configuration, metrics } = worker;
  await link.serve({
    started: { gatewayId: id, urls, engine: engine.name },
    logger,
    report: () => ({
      state: state.current,
      connections: connections.size,
      appliedPosition: configuration.position,
    }),
    onNews: (listener) => state.onChanged(listener),
    takeAnswer: (answer) => limiter.take(answer),
    metrics: () => metricsOf(metrics.registry),
    keepSnapshot: (isKept) => worker.keepSnapshot(isKept),
    drain: (periodMs) => worker.beginDrain(periodMs),
    undrain: () => worker.cancelDrain(),
    retire: () => worker.retire(),
    stop: () => worker.drain(),
    onAlone: () => limiter.close(),
  });
  await worker.close();
  process.exit(0);
} catch (error) {
  link.send({ type: 'failed', line: startFailure(error) }, () => process.exit(1));
}
