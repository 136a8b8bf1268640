import type { Logger } from 'pino';
import type { LiveConnection } from '#libs/connections';
import type { ConnectionRecord, ConnectionReviewer, HttpRecord } from '#libs/pipeline';
import type { RefusalCode } from '#libs/problem-details';
import type { Taps } from '#libs/tap';
import type { UsageMeter } from '#libs/usage';
import type { GatewayMetrics } from '../metrics/gateway-metrics.js';
import type { TrafficHistory } from '../overview/traffic-history.js';
import type { ClosedConnections } from './closed-connections.js';
import type { ConnectionEvents } from './connection-events.js';
import type { Drain } from './drain.js';
import type { KeyUses } from './key-uses.js';
import type { RefusalNotices } from './refusal-notices.js';
import { UnverifiedUpstreams } from './unverified-upstreams.js';

export interface ConnectionObserverInput {
  metrics: Pick<GatewayMetrics, 'countJoined' | 'countRecord' | 'countRefused' | 'http'>;
  events: Pick<ConnectionEvents, 'opened' | 'closed'>;
  closed: Pick<ClosedConnections, 'add'>;
  keyUses: Pick<KeyUses, 'record'>;
  usage: Pick<UsageMeter, 'opened' | 'ended'>;
  history: Pick<TrafficHistory, 'joined' | 'refused' | 'ended'>;
  reviewer: Pick<ConnectionReviewer, 'reviewConnection'>;
  taps: Pick<Taps, 'connectionEnded'>;
  drain: Pick<Drain, 'onJoined' | 'onEnded'>;
  logger: Logger;
  refusalNotices: RefusalNotices | undefined;
}

/**
 * Counts, logs and reports refused requests and the opening and end of connections, with one method for each.
 */
export class ConnectionObserver {
  readonly #unverifiedUpstreams: UnverifiedUpstreams;

  constructor(private readonly input: ConnectionObserverInput) {
    this.#unverifiedUpstreams = new UnverifiedUpstreams(input.logger);
  }

  onJoined(connection: LiveConnection, handshakeMs: number): void {
    const { metrics, events, keyUses, usage, reviewer, drain, history } = this.input;
    metrics.countJoined(handshakeMs);
    history.joined(connection.tenant.id);
    usage.opened(connection);
    this.#unverifiedUpstreams.check(connection);
    events.opened(connection);
    if (connection.apiKey) keyUses.record(connection.apiKey.id);
    reviewer.reviewConnection(connection);
    drain.onJoined(connection);
  }

  /** A request was refused, or a connection has ended. */
  onRecord(record: ConnectionRecord): void {
    const { metrics, usage, logger, refusalNotices, taps, drain, events, closed, history } = this.input;
    metrics.countRecord(record);
    if (record.outcome === 'refused') {
      history.refused(record.tenantId, record.code);
      logger.info(record, 'connection refused');
      refusalNotices?.notify(record);
      return;
    }
    usage.ended(record);
    history.ended(record.tenantId);
    logger.info(record, 'connection ended');
    taps.connectionEnded(record.connectionId);
    drain.onEnded();
    events.closed(record);
    closed.add(record);
  }

  /** An ordinary request was answered, or its client is gone. */
  onHttpRecord(record: HttpRecord): void {
    const { metrics, keyUses, logger, refusalNotices } = this.input;
    metrics.http.count(record);
    logger.info(record, 'request ended');
    const { outcome, code, clientAddress, host, path, status, detail, upstreamUrl } = record;
    if (outcome === 'refused' && code !== null) {
      refusalNotices?.notify({ code, clientAddress, host, path, status, detail, upstreamUrl });
    } else if (record.apiKeyId !== null) keyUses.record(record.apiKeyId);
  }

  /** A listener refused a request before it could be read. */
  onRefusedUnread(code: RefusalCode): void {
    this.input.metrics.countRefused(code);
    this.input.history.refused(null, code);
    this.input.refusalNotices?.notifyUnread(code);
  }
}
