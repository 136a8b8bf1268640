import { WorkSlice, type SliceQueue } from '#libs/async';
import {
  FirstInOrder,
  groupOf,
  GroupCounts,
  type ConnectionRegistry,
  type LiveConnection,
} from '#libs/connections';
import type { Connection, GatewayStatus } from '#libs/contract';
import type { Answer, FleetRequest, RequestKind } from '#libs/fleet';
import type { Explainer } from '#libs/pipeline';
import type { Taps } from '#libs/tap';
import type { Configuration } from '#libs/routing';
import type { TrafficTable } from '#libs/tunnel';
import type { UpstreamPools } from '#libs/upstreams';
import type { UsageReporter } from '#libs/usage';
import type { ClosedConnections } from '../data-plane/closed-connections.js';
import type { Drain } from '../data-plane/drain.js';
import type { Rebalances } from '../data-plane/rebalances.js';
import { describeOverview } from '../overview/describe-overview.js';
import type { TrafficHistory } from '../overview/traffic-history.js';
import { busiestOf } from './busiest-connections.js';
import { describeConnection } from './describe-connection.js';
import { describeUpstreams } from './describe-upstreams.js';
import { explainedUpgrade } from './explained-upgrade.js';
import { limitedUsageOf } from './limited-usage.js';
import type { KeyUses } from '../data-plane/key-uses.js';

export interface FleetAnswersInput {
  gatewayId: string;
  registry: ConnectionRegistry;
  slices: SliceQueue;
  configuration: Pick<Configuration, 'route' | 'apiKey'>;
  traffic: Pick<TrafficTable, 'usage'>;
  upstreams: Pick<UpstreamPools, 'known'>;
  keyUses: Pick<KeyUses, 'take'>;
  usage: Pick<UsageReporter, 'answer'>;
  history: TrafficHistory;
  explainer: Pick<Explainer, 'explain'>;
  /** The maximum size of a request head. */
  maxHeaderBytes: number;
  taps: Taps;
  closed: Pick<ClosedConnections, 'list'>;
  drain: Pick<Drain, 'begin' | 'cancel'>;
  rebalances: Rebalances;
  /** The period of a drain whose request has no period. */
  drainPeriodMs: number;
  /** Called when the API has requested a drain of this gateway. */
  onDrainAsked: (periodMs: number) => void;
  /** Called when the API has cancelled the drain of this gateway. */
  onUndrainAsked: () => void;
  status: () => GatewayStatus;
}

type Answerers = {
  [Kind in RequestKind]: (request: FleetRequest<Kind>) => Answer<Kind> | Promise<Answer<Kind>>;
};

const orderOfIds = { sort: 'openedAt', isDescending: false } as const;

/** Answers the requests of the API to this gateway, from memory. */
export class FleetAnswers {
  readonly #answerers: Answerers = {
    listConnections: (request) => this.#listConnections(request),
    countConnections: (request) => this.#countConnections(request),
    listClosedConnections: (request) => ({ connections: this.input.closed.list(request) }),
    closeConnections: (request) => this.#closeConnections(request),
    tenantUsage: ({ tenantId }) => this.#tenantUsage(tenantId),
    limitedUsage: ({ tenantId }) => limitedUsageOf(this.input, tenantId),
    routeUpstreams: ({ routeId }) => describeUpstreams(this.input.upstreams, routeId),
    overview: (request) => describeOverview(this.input.history, request),
    explain: (request) => this.#explain(request),
    takeKeyUses: () => ({ uses: this.input.keyUses.take() }),
    usageReports: ({ acknowledged, withOpen }) => this.input.usage.answer(acknowledged, withOpen),
    tapConnection: (request) => this.#tapConnection(request),
    endTap: ({ tapId }) => this.#endTap(tapId),
    drain: ({ periodMs }) => this.#drain(periodMs),
    undrain: () => this.#undrain(),
    upstreamConnections: ({ routeId }) => ({ upstreams: this.input.rebalances.counts(routeId) }),
    startRebalance: (part) => this.input.rebalances.start(part),
    stopRebalance: ({ routeId }) => this.input.rebalances.stop(routeId),
    rebalanceProgress: ({ routeId }) => this.input.rebalances.progress(routeId),
  };

  constructor(private readonly input: FleetAnswersInput) {}

  async answer<Kind extends RequestKind>(kind: Kind, request: FleetRequest<Kind>): Promise<Answer<Kind>> {
    return this.#answerers[kind](request);
  }

  // A page is described over several turns of the event loop, so that no message waits for a whole page.
  async #listConnections(request: FleetRequest<'listConnections'>): Promise<Answer<'listConnections'>> {
    const { registry, gatewayId } = this.input;
    const { filter, after, limit, order } = request;
    const place = after === '' ? null : { value: order?.afterValue ?? 0, id: after };
    const first = new FirstInOrder(order ?? orderOfIds, place, limit);
    await registry.visitMatching(filter, (connection) => first.add(connection));
    const ordered = first.take();
    const connections: Connection[] = [];
    const slice = new WorkSlice();
    for (const { connection } of ordered) {
      connections.push(describeConnection(connection, gatewayId));
      if (slice.isOver()) await slice.next();
    }
    return { connections, ...(order && { values: ordered.map(({ value }) => value) }) };
  }

  async #countConnections(request: FleetRequest<'countConnections'>): Promise<Answer<'countConnections'>> {
    const { filter, by, limit } = request;
    const counts = new GroupCounts<string | null>();
    await this.input.registry.visitMatching(filter, (connection) => counts.add(groupOf(connection, by)));
    return { ...counts.largest(limit), total: counts.total };
  }

  // Thousands of closes take longer than the API waits for an answer, so the answer comes first, with the
  // number of matches.
  async #closeConnections(request: FleetRequest<'closeConnections'>): Promise<Answer<'closeConnections'>> {
    const { filter, code, reason, isDryRun } = request;
    const matching: LiveConnection[] = [];
    await this.input.registry.visitMatching(filter, (connection) => matching.push(connection));
    if (!isDryRun) this.input.slices.add(matching, ({ tunnel }) => tunnel.close(code, reason));
    return { matched: matching.length };
  }

  async #tenantUsage(tenantId: string): Promise<Answer<'tenantUsage'>> {
    const { registry, traffic } = this.input;
    const busiest = await busiestOf(registry, tenantId);
    return { connections: registry.ofTenant(tenantId).size, ...traffic.usage(tenantId), busiest };
  }

  async #explain(request: FleetRequest<'explain'>): Promise<Answer<'explain'>> {
    const { explainer, maxHeaderBytes } = this.input;
    return explainer.explain(explainedUpgrade(request, maxHeaderBytes));
  }

  #tapConnection({ connectionId, ...tap }: FleetRequest<'tapConnection'>): Answer<'tapConnection'> {
    const connection = this.input.registry.get(connectionId);
    if (!connection) return { isFound: false, isRefused: false };
    return { isFound: true, isRefused: !this.input.taps.tap(connection, tap) };
  }

  #endTap(tapId: string): Answer<'endTap'> {
    this.input.taps.end(tapId);
    return {};
  }

  #drain(periodMs: number | null): Answer<'drain'> {
    const { drain, drainPeriodMs, onDrainAsked } = this.input;
    drain.begin(periodMs ?? drainPeriodMs);
    onDrainAsked(periodMs ?? drainPeriodMs);
    return { status: this.input.status() };
  }

  #undrain(): Answer<'undrain'> {
    const isStopping = !this.input.drain.cancel();
    if (!isStopping) this.input.onUndrainAsked();
    return { isStopping, status: this.input.status() };
  }
}
