import { z } from 'zod';
import {
  closedConnectionSchema,
  connectionFilterSchema,
  connectionGroupSchema,
  connectionSchema,
  connectionSortSchema,
  endedBySchema,
  explanationSchema,
  gatewayStatusSchema,
  idSchema,
  observedUpstreamSchema,
  overviewSeries,
  overviewSortSchema,
  overviewSteps,
  overviewWindowSchema,
  rebalanceProgressSchema,
  tenantOverviewSchema,
  tenantTrafficSchema,
  usageReportSchema,
  usageRowSchema,
} from '#libs/contract';

const tapId = z.string().min(1).max(64);
const upstreamId = z.string().regex(/^ups_[0-9a-hjkmnp-tv-z]{16}$/);
const usageSequence = z.strictObject({ gatewayId: idSchema('gateway'), sequence: z.int().min(1) });
const busySchema = z.strictObject({ group: z.string(), connections: z.int().min(1) });
const limitedUsages = z
  .array(
    z.strictObject({
      id: z.union([idSchema('route'), idSchema('apiKey')]),
      connections: z.int().min(1),
      fromClients: tenantTrafficSchema,
      fromUpstreams: tenantTrafficSchema,
    }),
  )
  .max(100);
const stepValues = z.array(z.int().min(0)).length(overviewSteps);
const nothing = z.strictObject({});

/**
 * The requests that the API may send to a gateway: for each kind the schema of its fields and of its answer.
 */
export const requestSchemas = {
  /**
   * Live connections in an order, after the one with the id `after` and its value (empty: from the first), at
   * most `limit`.
   */
  listConnections: {
    request: z.strictObject({
      filter: connectionFilterSchema,
      after: z.string(),
      limit: z.int().min(1).max(1000),
      /** By default the order of ids. */
      order: z
        .strictObject({ sort: connectionSortSchema, isDescending: z.boolean(), afterValue: z.number() })
        .optional(),
    }),
    answer: z.strictObject({
      connections: z.array(connectionSchema),
      /** The value of each by which they are sorted; omitted without `order`. */
      values: z.array(z.number()).optional(),
    }),
  },
  /** How many live connections there are of each group, the largest groups first. */
  countConnections: {
    request: z.strictObject({
      filter: connectionFilterSchema,
      by: connectionGroupSchema,
      limit: z.int().min(1).max(1000),
    }),
    answer: z.strictObject({
      groups: z.array(z.strictObject({ group: z.string().nullable(), connections: z.int().min(0) })),
      total: z.int().min(0),
      isComplete: z.boolean(),
    }),
  },
  /** The last connections that have ended, newest first, before a place (null: from the newest). */
  listClosedConnections: {
    request: z.strictObject({
      filter: connectionFilterSchema.pick({
        tenantId: true,
        tenantIds: true,
        routeId: true,
        apiKeyId: true,
        clientAddress: true,
        upstreamUrl: true,
      }),
      endedBy: endedBySchema.optional(),
      closeCode: z.int().optional(),
      closedAfter: z.iso.datetime().optional(),
      before: z.strictObject({ closedAtMs: z.number(), id: z.string() }).nullable(),
      limit: z.int().min(1).max(1000),
    }),
    answer: z.strictObject({ connections: z.array(closedConnectionSchema) }),
  },
  /**
   * Closes the connections that match the filter, unless `isDryRun`. The answer has their number, including
   * connections that are closing already, and is sent before all of them are closed.
   */
  closeConnections: {
    request: z.strictObject({
      filter: connectionFilterSchema,
      code: z.int().min(1000).max(4999),
      reason: z.string(),
      isDryRun: z.boolean(),
    }),
    answer: z.strictObject({ matched: z.int().min(0) }),
  },
  /** The observations of the gateway about the upstreams of a route. */
  routeUpstreams: {
    request: z.strictObject({ routeId: idSchema('route') }),
    answer: z.strictObject({
      upstreams: z.array(observedUpstreamSchema),
      /** Number of requests that wait for capacity of an upstream. */
      queued: z.int().min(0).default(0),
    }),
  },
  tenantUsage: {
    request: z.strictObject({ tenantId: idSchema('tenant') }),
    answer: z.strictObject({
      connections: z.int().min(0),
      fromClients: tenantTrafficSchema,
      fromUpstreams: tenantTrafficSchema,
      /** The keys and the client addresses (of IPv6 the /64) with the most connections, 100 of each. */
      busiest: z
        .strictObject({ keys: z.array(busySchema).max(100), addresses: z.array(busySchema).max(100) })
        .default({ keys: [], addresses: [] }),
    }),
  },
  /** The routes and keys of a tenant with limits and live connections; of each, those with the most, 100. */
  limitedUsage: {
    request: z.strictObject({ tenantId: idSchema('tenant') }),
    answer: z.strictObject({ routes: limitedUsages, apiKeys: limitedUsages }),
  },
  /** What happened in each step of a window, with the tenants that have most of `sort`. */
  overview: {
    request: z.strictObject({
      window: overviewWindowSchema,
      /** The tenants whose figures to sum up; null: all, and what belongs to no tenant. */
      tenantIds: z.array(idSchema('tenant')).nullable(),
      sort: overviewSortSchema,
      limit: z.int().min(1).max(1000),
    }),
    answer: z.strictObject({
      /** The number of steps of which the gateway knows, the newest ones. */
      steps: z.int().min(0).max(overviewSteps),
      /** For how long the last step has lasted: it is under way. */
      lastStepSeconds: z.int().min(0),
      /** Oldest first. */
      series: z.strictObject(overviewSeries(() => stepValues)),
      refusals: z.array(z.strictObject({ code: z.string(), values: stepValues })).max(100),
      tenants: z.array(tenantOverviewSchema),
      /** False: the figures of some tenants are missing. */
      isComplete: z.boolean(),
    }),
  },
  /** The decisions that this gateway would make about a request. */
  explain: {
    request: z.strictObject({
      /** Of an ordinary request; absent for a handshake. */
      method: z.string().optional(),
      target: z.string(),
      headers: z.array(z.tuple([z.string(), z.string()])),
      scheme: z.enum(['http', 'https']),
      clientAddress: z.string(),
      /** In PEM; null: none. */
      clientCertificate: z.string().nullable(),
      /** The tenants whose routes the answer may show; null: an operator of all asks. */
      tenantIds: z.array(idSchema('tenant')).nullable(),
    }),
    answer: explanationSchema,
  },
  /**
   * The keys that opened connections, each with its last use. The gateway drops them with the answer, even if
   * the answer is lost.
   */
  takeKeyUses: {
    request: nothing,
    answer: z.strictObject({
      uses: z.array(z.strictObject({ apiKeyId: idSchema('apiKey'), at: z.iso.datetime() })).max(1000),
    }),
  },
  /**
   * Deletes the reports of usage that the API has stored, and returns the oldest of the others. They may come
   * again, also from another gateway, until they are acknowledged.
   */
  usageReports: {
    request: z.strictObject({
      /** For each gateway the sequence up to which its reports are stored. */
      acknowledged: z.array(usageSequence).max(10_000),
      /** Whether to return the usage that is in no report yet. */
      withOpen: z.boolean(),
    }),
    answer: z.strictObject({
      reports: z.array(
        usageReportSchema.extend({
          /** The time since its end, by the gateway's own clock. */
          ageMs: z.int().min(0),
        }),
      ),
      /** The usage with a quota that is in no report yet. Null: not requested. */
      open: z.array(usageRowSchema).nullable(),
    }),
  },
  /** Starts a tap, or renews the lease of a running one; without renewal it ends after `leaseMs`. */
  tapConnection: {
    request: z.strictObject({
      tapId,
      connectionId: idSchema('connection'),
      /** The number of payload bytes to publish with each frame; 0: none. */
      payloadBytes: z.int().min(0).max(65_536),
      leaseMs: z.int().min(1),
    }),
    /** `isRefused`: the connection exists, but this gateway has the maximum number of taps. */
    answer: z.strictObject({ isFound: z.boolean(), isRefused: z.boolean() }),
  },
  /** How many open connections of the route this gateway has at each upstream. */
  upstreamConnections: {
    request: z.strictObject({ routeId: idSchema('route') }),
    answer: z.strictObject({
      upstreams: z.array(z.strictObject({ upstreamId, connections: z.int().min(0) })),
    }),
  },
  /**
   * Closes `count` connections of each upstream over `periodMs`, and replaces a running rebalance of the
   * route. Meanwhile new connections go to the upstreams with the fewest.
   */
  startRebalance: {
    request: z.strictObject({
      routeId: idSchema('route'),
      closes: z.array(z.strictObject({ upstreamId, count: z.int().min(1) })),
      periodMs: z.int().min(0),
    }),
    answer: rebalanceProgressSchema,
  },
  stopRebalance: {
    request: z.strictObject({ routeId: idSchema('route') }),
    answer: rebalanceProgressSchema,
  },
  rebalanceProgress: {
    request: z.strictObject({ routeId: idSchema('route') }),
    answer: rebalanceProgressSchema,
  },
  endTap: { request: z.strictObject({ tapId }), answer: nothing },
  /**
   * Refuses new connections from now on, and closes the live ones over `periodMs` (null: the setting of the
   * gateway).
   */
  drain: {
    request: z.strictObject({ periodMs: z.int().min(0).nullable() }),
    answer: z.strictObject({ status: gatewayStatusSchema }),
  },
  /** Cancels the drain, unless the gateway is stopping; connections that are closed already stay closed. */
  undrain: {
    request: nothing,
    answer: z.strictObject({ isStopping: z.boolean(), status: gatewayStatusSchema }),
  },
} as const;

export type RequestKind = keyof typeof requestSchemas;
export type FleetRequest<Kind extends RequestKind> = z.output<(typeof requestSchemas)[Kind]['request']>;
export type Answer<Kind extends RequestKind> = z.output<(typeof requestSchemas)[Kind]['answer']>;
