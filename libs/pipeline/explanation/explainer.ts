import type { X509Certificate } from 'node:crypto';
import { newId, type ExplainedStep, type Explanation } from '#libs/contract';
import type { TicketRedeemer } from '#libs/credentials';
import type { RequestHead, RequestMessage } from '#libs/handshake';
import type { ConnectionLimiter, WaitingDials } from '#libs/limits';
import type { Configuration } from '#libs/routing';
import { previewDial, type UpstreamPools } from '#libs/upstreams';
import type { AdmissionInput } from '../admission.js';
import { Authentication } from '../authentication.js';
import type { AuthenticatedRequest } from '../current-access.js';
import { noUpstream, type ReachUpstreamInput } from '../reach-upstream.js';
import {
  busyRefusal,
  drainingRefusal,
  failureRefusal,
  fullRefusal,
  limitRefusalOf,
  type Refusal,
} from '../refusal.js';
import type { UpstreamRequestParts } from '../upstream-request-for.js';
import {
  describeCredential,
  describeLimits,
  describeRequest,
  describeRoute,
  describeUpstreams,
} from './descriptions.js';
import { composeExplained, kindRefusal, parseExplained, type ExplainedRequest } from './explained-request.js';
import { explanationOf, type Findings } from './explanation-of.js';
import { visibleConfiguration } from './visible-configuration.js';

export interface ExplainerInput extends Pick<ReachUpstreamInput, 'addressPolicy' | 'lookupFor'> {
  configuration: Configuration;
  tokens: AdmissionInput['tokens'];
  tickets: Pick<TicketRedeemer, 'find'>;
  hasSecret: AdmissionInput['hasSecret'];
  limiter: Pick<ConnectionLimiter, 'read'>;
  waitingDials: Pick<WaitingDials, 'fullBound'>;
  upstreams: Pick<UpstreamPools, 'of'>;
  isDraining: () => boolean;
  maxTargetBytes: number;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** A request that was not sent. */
export interface ExplainedUpgrade {
  /** The head as a listener reads it; it refuses one that does not request an upgrade. */
  read: { ok: true; head: RequestHead } | { ok: false; code: Refusal['code'] };
  /** Whether it asks for no WebSocket. */
  isOrdinary: boolean;
  clientAddress: string;
  protocolScheme: 'http' | 'https';
  /** The certificate of the client, taken as one that an authority of the gateway issued. */
  clientCertificate: X509Certificate | null;
  /** The tenants that ask: routes of others match nothing. Null: an operator of all asks. */
  tenantIds: readonly string[] | null;
}

interface End {
  step: ExplainedStep;
  refusal: Refusal;
}

type ExplainedAttempt = UpstreamRequestParts['attempt'];

// The caller of the API waits. Name servers that take longer are reported as a timeout.
const maxLookupMs = 1500;

/**
 * Explains what the pipeline would decide about a request, up to the dial. It runs the steps of the pipeline,
 * takes no slot, token or ticket, and dials nothing.
 */
export class Explainer {
  constructor(private readonly input: ExplainerInput) {}

  async explain(upgrade: ExplainedUpgrade): Promise<Explanation> {
    const found: Findings = {};
    const end = await this.#follow(upgrade, found);
    const { tenantIds, isOrdinary } = upgrade;
    return explanationOf(end, found, { isForTenant: tenantIds !== null, isOrdinary });
  }

  async #follow(upgrade: ExplainedUpgrade, found: Findings): Promise<End | null> {
    const { input } = this;
    if (input.isDraining()) return { step: 'gateway', refusal: drainingRefusal };
    if (!upgrade.read.ok) return { step: 'parse', refusal: upgrade.read };
    const parsed = parseExplained(upgrade.read.head, upgrade.isOrdinary, input.maxTargetBytes);
    if (!parsed.ok) return { step: 'parse', refusal: parsed };
    const { message: request } = parsed.request;
    found.request = describeRequest(request);
    const attempt = attemptOf(upgrade);
    const result = await this.#authenticate(upgrade, attempt, request);
    const { route, tenant } = attempt;
    if (route && tenant) {
      found.route = describeRoute(route, request);
      found.tenant = { id: tenant.id, slug: tenant.slug, status: tenant.status };
      const refusal = result.ok ? null : result.refusal;
      found.credential = describeCredential(input.configuration, { request, route, attempt, refusal });
    }
    const wasMatched = result.ok || route !== undefined || result.step === 'match';
    const refusal = wasMatched ? kindRefusal(parsed.request, route) : null;
    if (refusal) return { step: 'match', refusal };
    if (!result.ok) return result;
    const { authenticated } = result;
    return (
      (await this.#followLimits(upgrade, authenticated, found)) ??
      (await this.#followUpstreams(upgrade, { attempt, request: parsed.request, authenticated }, found))
    );
  }

  #authenticate(
    { tenantIds }: ExplainedUpgrade,
    attempt: ExplainedAttempt,
    request: RequestMessage,
  ): ReturnType<Authentication['authenticate']> {
    const { configuration, tokens, tickets, hasSecret, now } = this.input;
    const authentication = new Authentication({
      configuration: visibleConfiguration(configuration, tenantIds, request),
      tokens,
      tickets: { redeem: (ticketHash) => tickets.find(ticketHash) },
      hasSecret,
      now,
    });
    return authentication.authenticate(attempt, request);
  }

  async #followLimits(
    { clientAddress, isOrdinary }: ExplainedUpgrade,
    { tenant, route, apiKey }: AuthenticatedRequest,
    found: Findings,
  ): Promise<End | null> {
    const { limiter, waitingDials } = this.input;
    const full = waitingDials.fullBound({ tenantId: tenant.id, routeId: route.id });
    if (full) return { step: 'waitingDials', refusal: busyRefusal(full) };
    // An ordinary request is no connection.
    if (isOrdinary) return null;
    const readings = await limiter.read({ tenant, route, apiKey, clientAddress });
    found.limits = describeLimits(readings);
    return readings.refusal && { step: 'limits', refusal: limitRefusalOf(readings.refusal) };
  }

  async #followUpstreams(
    { clientAddress, tenantIds }: ExplainedUpgrade,
    asked: { attempt: ExplainedAttempt; request: ExplainedRequest; authenticated: AuthenticatedRequest },
    found: Findings,
  ): Promise<End | null> {
    const { upstreams, addressPolicy, lookupFor, configuration } = this.input;
    const { attempt, request, authenticated } = asked;
    const { route } = authenticated;
    const pool = upstreams.of(route);
    await within(maxLookupMs, pool.discover());
    const { order, isFull, mayRetry } = pool.peek({ clientAddress, request: request.message });
    found.upstreams = describeUpstreams(pool.upstreams, order);
    if (isFull) return { step: 'upstream', refusal: fullRefusal };
    const [first] = order;
    if (!first) {
      return { step: 'upstream', refusal: failureRefusal(noUpstream.code, noUpstream.detail) };
    }
    const { previews, failure } = await previewDial({
      endpoints: order.map(({ endpoint }) => endpoint),
      maxTried: mayRetry ? 1 + route.retries.attempts : 1,
      policy: addressPolicy,
      lookup: lookupFor(route.tenantId),
      connectMs: Math.min(route.timeouts.connectMs, maxLookupMs),
    });
    // Their owner must not learn the addresses behind names of the gateway's network.
    if (tenantIds === null) found.upstreams = describeUpstreams(pool.upstreams, order, previews);
    if (failure && failure.code !== 'aborted') {
      return { step: 'address', refusal: failureRefusal(failure.code, failure.detail) };
    }
    const { endpoint } = previews.at(-1) ?? first;
    const { fleetId } = configuration;
    found.upstreamRequest = composeExplained(request, { attempt, route, endpoint, fleetId });
    return null;
  }
}

function attemptOf({ clientAddress, protocolScheme, clientCertificate }: ExplainedUpgrade): ExplainedAttempt {
  return {
    id: newId('connection'),
    clientAddress,
    peerAddress: clientAddress,
    isTrustedPeer: false,
    httpVersion: '1.1',
    protocolScheme,
    clientCertificate,
  };
}

/** Resolves when the promise does, or after this time. */
async function within(ms: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
}
