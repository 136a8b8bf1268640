import type { ClosedConnection, Connection, GatewayStatus, Relayed, TenantTraffic } from '#libs/contract';
import { newId, overviewSeries, overviewSteps } from '#libs/contract';
import type {
  Answer,
  FleetEvent,
  FleetMember,
  FleetMembership,
  FleetRequest,
  RequestKind,
  UpstreamLoads,
} from '#libs/fleet';

type Handlers = { [Kind in RequestKind]: (request: FleetRequest<Kind>) => Answer<Kind> };

const since = '2026-11-22T14:00:00.000Z';
const noTraffic: TenantTraffic = { messages: 0, bytes: 0, messagesPerSecond: 0, bytesPerSecond: 0 };

/** A gateway without a data plane: the test sets its connections and its answers to fleet requests. */
export class CommandedGateway implements FleetMember {
  readonly id = newId('gateway');
  connections: Connection[] = [];
  /** Ended connections, newest first. */
  closed: ClosedConnection[] = [];
  appliedRevision = 1;
  readonly usage = new Map<string, Answer<'tenantUsage'>>();
  readonly limitedUsage = new Map<string, Answer<'limitedUsage'>>();
  /** Its observations of the upstreams of a route. */
  readonly upstreams = new Map<string, Answer<'routeUpstreams'>['upstreams']>();
  /** Number of requests that wait for an upstream. */
  queued = 0;
  /** Uses of keys that are not yet collected. */
  readonly keyUses: Answer<'takeKeyUses'>['uses'] = [];
  /** Its reports of usage; a test removes the acknowledged ones. */
  reports: Answer<'usageReports'>['reports'] = [];
  openUsage: Answer<'usageReports'>['open'] = null;
  acknowledged: FleetRequest<'usageReports'>['acknowledged'] = [];
  drain: GatewayStatus['drain'] = null;
  isStopping = false;
  /** Running taps by id. */
  readonly taps = new Map<string, FleetRequest<'tapConnection'>>();
  refusesTaps = false;
  explanation: Answer<'explain'> = noExplanation;
  overview: Answer<'overview'> = noOverview;
  /** Kinds of requests that get no answer. */
  unresponsiveTo: RequestKind[] = [];
  /** Answers are delayed until this resolves. */
  mayAnswer: Promise<void> = Promise.resolve();
  readonly requests: { kind: RequestKind; request: unknown }[] = [];

  constructor(private readonly membership: FleetMembership) {
    membership.join(this);
  }

  status(): GatewayStatus {
    return {
      id: this.id,
      supervisorId: null,
      version: '0.1.0',
      startedAt: since,
      appliedRevision: this.appliedRevision,
      connections: this.connections.length,
      state: this.drain === null ? 'ready' : 'draining',
      refusal: null,
      drain: this.drain,
    };
  }

  upstreamLoads(): UpstreamLoads {
    return {};
  }

  onPeerLoads(): void {
    return;
  }

  async answer<Kind extends RequestKind>(kind: Kind, request: FleetRequest<Kind>): Promise<Answer<Kind>> {
    this.requests.push({ kind, request });
    if (this.unresponsiveTo.includes(kind)) throw new Error('unresponsive on command');
    const answer = this.#handlers[kind](request);
    await this.mayAnswer;
    return answer;
  }

  /** The received requests of one kind, oldest first. */
  requestsOf<Kind extends RequestKind>(kind: Kind): FleetRequest<Kind>[] {
    return this.requests
      .filter((asked) => asked.kind === kind)
      .map(({ request }) => request as FleetRequest<Kind>);
  }

  /** Adds a live connection of the tenant. */
  connect(tenantId: string, fields: Partial<Connection> = {}): Connection {
    const connection: Connection = {
      id: newId('connection'),
      tenantId,
      routeId: newId('route'),
      apiKeyId: null,
      gatewayId: this.id,
      clientAddress: '192.0.2.1',
      upstreamUrl: 'ws://10.0.0.5:9000/',
      subprotocol: null,
      since,
      state: 'open',
      bufferedBytes: 0,
      fromClient: nothingRelayed,
      fromUpstream: nothingRelayed,
      ...fields,
    };
    this.connections.push(connection);
    this.connections.sort((one, other) => (one.id < other.id ? -1 : 1));
    return connection;
  }

  publish(event: FleetEvent): void {
    this.membership.publish(event);
  }

  leave(): Promise<void> {
    return this.membership.leave();
  }

  readonly #handlers: Handlers = {
    listConnections: ({ filter, after, limit, order }) => {
      if (order) return this.#listByBytes(filter, limit, { after, ...order });
      const later = this.#matching(filter).filter(({ id }) => id > after);
      return { connections: later.slice(0, limit) };
    },
    countConnections: ({ filter, limit }) => {
      const matching = this.#matching(filter);
      const ids = [...new Set(matching.map(({ tenantId }) => tenantId))];
      const groups = ids.map((group) => {
        const connections = matching.filter(({ tenantId }) => tenantId === group).length;
        return { group, connections };
      });
      return { groups: groups.slice(0, limit), total: matching.length, isComplete: groups.length <= limit };
    },
    listClosedConnections: ({ filter, before, limit }) => {
      const isBefore = ({ closedAt, id }: ClosedConnection): boolean =>
        before === null ||
        Date.parse(closedAt) < before.closedAtMs ||
        (Date.parse(closedAt) === before.closedAtMs && id < before.id);
      const matching = this.closed.filter(
        (one) =>
          isBefore(one) &&
          (filter.tenantId ?? one.tenantId) === one.tenantId &&
          (filter.tenantIds?.includes(one.tenantId) ?? true),
      );
      return { connections: matching.slice(0, limit) };
    },
    closeConnections: ({ filter, isDryRun }) => {
      const matching = this.#matching(filter);
      if (!isDryRun) this.connections = this.connections.filter((one) => !matching.includes(one));
      return { matched: matching.length };
    },
    tenantUsage: ({ tenantId }) =>
      this.usage.get(tenantId) ?? {
        connections: 0,
        fromClients: noTraffic,
        fromUpstreams: noTraffic,
        busiest: { keys: [], addresses: [] },
      },
    limitedUsage: ({ tenantId }) => this.limitedUsage.get(tenantId) ?? { routes: [], apiKeys: [] },
    routeUpstreams: ({ routeId }) => ({
      upstreams: this.upstreams.get(routeId) ?? [],
      queued: this.queued,
    }),
    overview: () => this.overview,
    explain: () => this.explanation,
    takeKeyUses: () => ({ uses: this.keyUses.splice(0) }),
    usageReports: ({ acknowledged, withOpen }) => {
      this.acknowledged = acknowledged;
      const { reports, openUsage } = this;
      return { reports, open: withOpen ? openUsage : null };
    },
    tapConnection: (request) => {
      const isFound = this.connections.some(({ id }) => id === request.connectionId);
      if (isFound && !this.refusesTaps) this.taps.set(request.tapId, request);
      return { isFound, isRefused: isFound && this.refusesTaps };
    },
    endTap: ({ tapId }) => {
      this.taps.delete(tapId);
      return {};
    },
    upstreamConnections: () => ({ upstreams: [] }),
    startRebalance: () => noRebalance,
    stopRebalance: () => noRebalance,
    rebalanceProgress: () => noRebalance,
    undrain: () => {
      if (!this.isStopping) this.drain = null;
      return { isStopping: this.isStopping, status: this.status() };
    },
    drain: ({ periodMs }) => {
      const total = this.connections.length;
      this.drain ??= { startedAt: since, periodMs: periodMs ?? 30_000, total, remaining: total };
      return { status: this.status() };
    },
  };

  // Every order is that of bytes.
  #listByBytes(
    filter: FleetRequest<'listConnections'>['filter'],
    limit: number,
    { after, afterValue, isDescending }: { after: string; afterValue: number; isDescending: boolean },
  ): Answer<'listConnections'> {
    const sign = isDescending ? -1 : 1;
    const compare = (one: [number, string], other: [number, string]): number =>
      sign * (one[0] - other[0] || (one[1] < other[1] ? -1 : Number(one[1] !== other[1])));
    const placed = this.#matching(filter)
      .map((connection) => ({ connection, value: connection.fromClient.bytes }))
      .sort((one, other) => compare([one.value, one.connection.id], [other.value, other.connection.id]))
      .filter(
        ({ value, connection }) => after === '' || compare([value, connection.id], [afterValue, after]) > 0,
      )
      .slice(0, limit);
    return {
      connections: placed.map(({ connection }) => connection),
      values: placed.map(({ value }) => value),
    };
  }

  #matching(filter: FleetRequest<'listConnections'>['filter']): Connection[] {
    const { connectionId, tenantIds, ...others } = filter;
    const wanted = Object.entries({ ...others, ...(connectionId && { id: connectionId }) });
    const visible = this.connections.filter(({ tenantId }) => tenantIds?.includes(tenantId) ?? true);
    return visible.filter((connection) =>
      wanted.every(([name, value]) => connection[name as keyof Connection] === value),
    );
  }
}

const noExplanation: Answer<'explain'> = {
  verdict: {
    allowed: false,
    status: 404,
    code: 'no_route',
    detail: null,
    cause: null,
    limit: null,
    retryAfterSeconds: null,
  },
  steps: [{ step: 'match', outcome: 'refused' }],
  request: null,
  route: null,
  tenant: null,
  credential: null,
  limits: null,
  upstreams: null,
  upstreamRequest: null,
};

/** A gateway that has just started. */
export const noOverview: Answer<'overview'> = {
  ...{ steps: 0, lastStepSeconds: 2 },
  series: overviewSeries(() => new Array<number>(overviewSteps).fill(0)),
  refusals: [],
  tenants: [],
  isComplete: true,
};

const noRebalance = { isRunning: false, startedAt: null, total: 0, remaining: 0 };

const nothingRelayed: Relayed = {
  messages: 0,
  frames: 0,
  controlFrames: 0,
  bytes: 0,
  lastActivityAt: null,
  roundTripMs: null,
};
