import { Counter, Gauge, Registry } from 'prom-client';
import type { FollowerStatus } from '#libs/config-bus';
import type { ConnectionRegistry } from '#libs/connections';
import type { LimiterStatus } from '#libs/limits';
import type { ConnectionRecord } from '#libs/pipeline';
import type { TunnelCounters } from '#libs/tunnel';
import type { UpstreamPools } from '#libs/upstreams';
import type { ReportSpool } from '#libs/usage';
import { registerProcessMetrics } from '../../bootstrap/process-metrics.js';
import { HttpMetrics } from './http-metrics.js';
import { LabelledUsage, type LabelledUsageInput } from './labelled-usage.js';
import { PlainHistogram } from './plain-histogram.js';
import { Tally } from './tally.js';
import { UpstreamMetrics } from './upstream-metrics.js';

const handshakeSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const lifetimeSeconds = [1, 10, 60, 600, 3600, 6 * 3600, 24 * 3600];
const followerStates = ['waiting', 'following', 'detached', 'refusing'] as const;

type Side = 'client' | 'upstream';

/** The values read at each scrape. */
export interface LiveFigures {
  connections: ConnectionRegistry;
  waitingDials: { readonly size: number };
  upstreams: Pick<UpstreamPools, 'all'>;
  isDraining(): boolean;
  limits(): LimiterStatus;
  usage: Pick<ReportSpool, 'size' | 'isFailing'>;
  labelled: LabelledUsageInput;
}

/**
 * The Prometheus metrics of this gateway. Relayed messages update nothing here; live counters are read at a
 * scrape.
 */
export class GatewayMetrics {
  readonly registry = new Registry();
  readonly upstreams: UpstreamMetrics;
  readonly labelledUsage: LabelledUsage;
  readonly http: HttpMetrics;
  readonly #handshakes = new Tally();
  readonly #dropped: Counter<'reason'>;
  readonly #handshakeDuration: PlainHistogram;
  readonly #ended = { client: new Tally(), upstream: new Tally(), gateway: new Tally() };
  readonly #lifetime: PlainHistogram;
  readonly #configState: Gauge<'state'>;
  readonly #configRevision: Gauge;
  readonly #endedTotals = { client: { messages: 0, bytes: 0 }, upstream: { messages: 0, bytes: 0 } };

  constructor(private readonly live: LiveFigures) {
    const registers = [this.registry];
    registerProcessMetrics(this.registry);
    this.upstreams = new UpstreamMetrics(this.registry, live.upstreams);
    this.labelledUsage = new LabelledUsage(this.registry, live.labelled);
    this.http = new HttpMetrics(this.registry);
    this.#registerHandshakes();
    this.#dropped = new Counter({
      name: 'sluice_connections_dropped_total',
      help: 'TCP connections of clients that were dropped before they had a request, by reason',
      labelNames: ['reason'],
      registers,
    });
    this.#handshakeDuration = new PlainHistogram({
      name: 'sluice_handshake_duration_seconds',
      help: 'Time from the request to the 101',
      buckets: handshakeSeconds,
      registers,
    });
    this.#registerEnded();
    this.#lifetime = new PlainHistogram({
      name: 'sluice_connection_duration_seconds',
      help: 'How long connections lived',
      buckets: lifetimeSeconds,
      registers,
    });
    this.#configState = new Gauge({
      name: 'sluice_config_state',
      help: 'How this gateway stands to the published configuration: 1 for the state that holds',
      labelNames: ['state'],
      registers,
    });
    this.#configRevision = new Gauge({
      name: 'sluice_config_revision',
      help: 'The revision that is applied',
      aggregator: 'min',
      registers,
    });
    this.#registerLiveMetrics();
  }

  countRefused(code: string): void {
    this.#handshakes.add(code);
  }

  countDropped(reason: string): void {
    this.#dropped.inc({ reason });
  }

  countJoined(handshakeMs: number): void {
    this.#handshakes.add('joined');
    this.#handshakeDuration.add(handshakeMs / 1000);
  }

  countRecord(record: ConnectionRecord): void {
    if (record.outcome === 'refused') {
      this.countRefused(record.code);
      return;
    }
    this.#ended[record.endedBy].add(boundedCloseCode(record.closeCode));
    this.#lifetime.add(record.durationMs / 1000);
    this.#addTotals('client', record.fromClient);
    this.#addTotals('upstream', record.fromUpstream);
  }

  #addTotals(side: Side, { messages, bytes }: Pick<TunnelCounters, 'messages' | 'bytes'>): void {
    const totals = this.#endedTotals[side];
    totals.messages += messages;
    totals.bytes += bytes;
  }

  setConfigStatus(status: FollowerStatus): void {
    for (const state of followerStates) this.#configState.set({ state }, state === status.state ? 1 : 0);
    if (status.appliedPosition) this.#configRevision.set(status.appliedPosition.revision);
  }

  #registerHandshakes(): void {
    const handshakes = this.#handshakes;
    new Counter({
      name: 'sluice_handshakes_total',
      help: 'Requests for a WebSocket, by what became of them: joined, or the code of the refusal',
      labelNames: ['outcome'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [outcome, count] of handshakes) this.inc({ outcome }, count);
      },
    });
  }

  #registerEnded(): void {
    const ended = this.#ended;
    new Counter({
      name: 'sluice_connections_ended_total',
      help: 'Connections that ended, by who ended them and with which close code',
      labelNames: ['ended_by', 'close_code'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [endedBy, tally] of Object.entries(ended)) {
          for (const [closeCode, count] of tally)
            this.inc({ ended_by: endedBy, close_code: closeCode }, count);
        }
      },
    });
  }

  #registerLiveMetrics(): void {
    const registers = [this.registry];
    const { live } = this;
    new Gauge({
      name: 'sluice_connections',
      help: 'Live connections',
      registers,
      collect() {
        this.set(live.connections.size);
      },
    });
    new Gauge({
      name: 'sluice_waiting_dials',
      help: 'Requests that were admitted and wait for an answer of their upstream',
      registers,
      collect() {
        this.set(live.waitingDials.size);
      },
    });
    new Gauge({
      name: 'sluice_draining',
      help: '1 while this gateway drains',
      aggregator: 'min',
      registers,
      collect() {
        this.set(live.isDraining() ? 1 : 0);
      },
    });
    new Gauge({
      name: 'sluice_limits_fleet_wide',
      help: '1 while limits of connections are counted over the whole fleet, 0 while in this gateway alone',
      aggregator: 'omit',
      registers,
      collect() {
        this.set(live.limits().scope === 'fleet' ? 1 : 0);
      },
    });
    this.#registerUsage();
    this.#registerRelayed('messages', 'Complete data messages that came from one side');
    this.#registerRelayed('bytes', 'Bytes that came from one side, frame headers included');
  }

  #registerUsage(): void {
    const registers = [this.registry];
    const { live } = this;
    new Gauge({
      name: 'sluice_usage_reports',
      help: 'Reports of usage on disk that no API has collected yet',
      registers,
      collect() {
        this.set(live.usage.size);
      },
    });
    new Gauge({
      name: 'sluice_usage_reports_failing',
      help: '1 while reports of usage cannot be written and the usage is kept in memory',
      registers,
      collect() {
        this.set(live.usage.isFailing ? 1 : 0);
      },
    });
  }

  #registerRelayed(unit: 'messages' | 'bytes', help: string): void {
    const total = (side: Side): number => this.#relayed(side, unit);
    new Counter({
      name: `sluice_relayed_${unit}_total`,
      help,
      labelNames: ['from'],
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc({ from: 'client' }, total('client'));
        this.inc({ from: 'upstream' }, total('upstream'));
      },
    });
  }

  #relayed(side: Side, unit: 'messages' | 'bytes'): number {
    let total = this.#endedTotals[side][unit];
    for (const { tunnel } of this.live.connections.all()) {
      total += (side === 'client' ? tunnel.fromClient() : tunnel.fromUpstream())[unit];
    }
    return total;
  }
}

// A peer may send any 16-bit code, and a label for each would let it fill the memory of Prometheus.
function boundedCloseCode(code: number): string {
  if (code >= 1000 && code <= 1015) return String(code);
  if (code >= 3000 && code <= 3999) return '3xxx';
  if (code >= 4000 && code <= 4999) return '4xxx';
  return 'other';
}
