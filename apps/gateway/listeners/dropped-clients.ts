import type { Logger } from 'pino';
import type { DropReason } from './upgrade-listener-options.js';
import type { GatewayMetrics } from '../metrics/gateway-metrics.js';
import { MinutelyWarning } from './minutely-warning.js';

export interface DroppedClientsInput {
  metrics: Pick<GatewayMetrics, 'countDropped'>;
  logger: Pick<Logger, 'warn'>;
  openFilesLimit: number;
}

/** Counts clients that were dropped before they sent a request, and warns if this machine is the reason. */
export class DroppedClients {
  readonly #withoutDescriptor: MinutelyWarning;
  readonly #notAccepted: MinutelyWarning;

  constructor(private readonly input: DroppedClientsInput) {
    const { logger } = input;
    this.#withoutDescriptor = new MinutelyWarning(logger, 'too few file descriptors: clients are dropped');
    this.#notAccepted = new MinutelyWarning(logger, 'a client could not be accepted');
  }

  /** @param error why the client could not be accepted */
  count(reason: DropReason, error?: Error): void {
    const { metrics, openFilesLimit } = this.input;
    metrics.countDropped(reason);
    if (reason === 'descriptors') this.#withoutDescriptor.warn({ openFilesLimit });
    if (reason === 'accept_failed') this.#notAccepted.warn({ err: error });
  }
}
