import { TLSSocket } from 'node:tls';
import { checkOrigin, newId, requestIdFrom, type PublishedRoute, type RouteCors } from '#libs/contract';
import {
  onlyHeaderValue,
  parseRequestMessage,
  type ChangeAnswerHeaders,
  type RequestHead,
} from '#libs/handshake';
import { answerEmpty, answerProblem } from '#libs/http-proxy';
import type { Slot } from '#libs/limits';
import { peerCertificate } from '#libs/tls';
import type { UpstreamPools, UpstreamTurn } from '#libs/upstreams';
import { matchRoute } from '../match-route.js';
import { drainingRefusal, failureRefusal, fullRefusal, type Refusal } from '../refusal.js';
import { corsChange, hasCors, isPreflight, preflightFields } from './cors.js';
import { HttpAdmission, type HttpAdmissionInput } from './http-admission.js';
import {
  httpRecord,
  RequestEnding,
  type AdmittedAttempt,
  type FramedAttempt,
  type HttpAttempt,
  type HttpEnd,
} from './http-attempt.js';
import type { HttpRecord } from './http-record.js';
import type { IncomingRequest, MatchedRequest } from './incoming-request.js';
import type { RequestReviewer } from './request-reviewer.js';
import { reachHttpUpstream, type ReachedHttp, type ReachHttpUpstreamInput } from './reach-http-upstream.js';

export interface HttpPipelineInput extends HttpAdmissionInput, ReachHttpUpstreamInput {
  configuration: HttpAdmissionInput['configuration'];
  upstreams: Pick<UpstreamPools, 'take'>;
  reviewer: Pick<RequestReviewer, 'add'>;
  /** Maximum length of a request target. */
  maxTargetBytes: number;
  /** Called once for each request that was accepted. */
  onRecord(record: HttpRecord): void;
}

/** Takes each ordinary request through parse → match → admit → dial → forward → end. */
export class HttpPipeline {
  readonly #admission: HttpAdmission;
  #pending = 0;
  #isRefusing = false;

  constructor(private readonly input: HttpPipelineInput) {
    this.#admission = new HttpAdmission(input);
  }

  /** The number of requests that are not answered yet. */
  get pending(): number {
    return this.#pending;
  }

  /** Refuses all further requests. */
  startDraining(): void {
    this.#isRefusing = true;
  }

  /** Accepts requests again. */
  stopDraining(): void {
    this.#isRefusing = false;
  }

  /** The parsed request and its route, if that forwards ordinary requests; null otherwise. */
  match(head: RequestHead): MatchedRequest | null {
    const { configuration, maxTargetBytes } = this.input;
    const { position } = configuration;
    if (position === null) return null;
    const parsed = parseRequestMessage(head, maxTargetBytes);
    if (!parsed.ok) return null;
    const { message } = parsed;
    const matched = matchRoute(configuration, message);
    if (!matched.ok || matched.route.http !== 'proxy') return null;
    return { message, route: matched.route, position };
  }

  /**
   * Resolves when the upstream's answer has ended, or the request is refused. Rejects only for a
   * bug.
   */
  async accept(incoming: IncomingRequest): Promise<void> {
    const { message } = incoming.matched;
    const { clientAddress, peerAddress, isTrustedPeer, socket } = incoming;
    const attempt: HttpAttempt = {
      id: newId('request'),
      incoming,
      requestId: requestIdFrom(onlyHeaderValue(message.headers, 'x-request-id')),
      clientAddress,
      peerAddress,
      isTrustedPeer,
      httpVersion: incoming.head.httpVersion,
      protocolScheme: socket instanceof TLSSocket ? 'https' : 'http',
      clientCertificate: peerCertificate(socket),
      startedAtMs: performance.now(),
      isAdmitted: false,
      ending: new RequestEnding(),
      listedUpstreamUrl: null,
      bytes: { request: 0, response: 0 },
    };
    incoming.gone.addEventListener('abort', () => attempt.ending.abort());
    this.#pending += 1;
    try {
      const followed = await this.#follow(attempt);
      const end = this.#endOf(attempt, followed);
      this.input.onRecord(httpRecord(attempt, end));
      if (end.kind === 'refused') this.#refuse(attempt, end.refusal);
    } finally {
      this.#pending -= 1;
    }
  }

  /** What a review has ended is refused, or cut off if its answer has begun. */
  #endOf(attempt: HttpAttempt, followed: HttpEnd): HttpEnd {
    const { incoming, ending } = attempt;
    const { refusal } = ending;
    if (refusal === null || incoming.gone.aborted) return followed;
    attempt.isAdmitted = false;
    const { headersSent, statusCode: status } = incoming.response;
    if (!headersSent) return refused(refusal);
    incoming.response.cut();
    return { kind: 'cut_short', status, detail: refusal.detail ?? refusal.code };
  }

  #refuse(attempt: HttpAttempt, { code, detail, limit, retryAfterSeconds }: Refusal): void {
    const { incoming, requestId, isAdmitted } = attempt;
    if (incoming.gone.aborted) return;
    // A client that is not admitted needs a new connection for each try, as for upgrades: the number
    // of pending sockets bounds its rate.
    const mayContinue = isAdmitted || code === 'request_rate';
    const shouldClose = this.input.isDraining() || !mayContinue;
    const change = corsChangeOf(attempt);
    answerProblem(incoming, code, { requestId, detail, limit, retryAfterSeconds, shouldClose, change });
  }

  async #follow(attempt: HttpAttempt): Promise<HttpEnd> {
    const { incoming } = attempt;
    const crowded = incoming.claimPlace();
    if (crowded) return refused({ code: 'connect_rate', ...crowded });
    if (this.#isRefusing) return refused(drainingRefusal);
    const { head, matched, body } = incoming;
    if (!body.ok) return refused(body);
    if (hasCors(matched.route) && isPreflight(head, matched.message)) {
      return this.#answerPreflight(attempt, matched.route);
    }
    const framed: FramedAttempt = Object.assign(attempt, { body: body.body });
    const admission = this.#admission.admit(framed);
    const admitted = admission instanceof Promise ? await admission : admission;
    if (!admitted.ok) return refused(admitted.refusal);
    incoming.onAdmitted();
    attempt.isAdmitted = true;
    const { authenticated, dial } = admitted;
    return this.#forward(Object.assign(framed, { authenticated }), dial);
  }

  /** Browsers send no credential with a preflight. */
  #answerPreflight(attempt: HttpAttempt, route: PublishedRoute & { cors: RouteCors }): HttpEnd {
    const { incoming } = attempt;
    const { message } = incoming.matched;
    const tenant = this.input.configuration.tenant(route.tenantId);
    if (tenant === null) return refused({ code: 'no_route', cause: 'the route has no tenant' });
    Object.assign(attempt, { route, tenant });
    if (tenant.status !== 'active') return refused({ code: 'tenant_suspended' });
    const allowed = checkOrigin(route.allowedOrigins, message.origins);
    if (!allowed.ok) return refused(allowed);
    const rate = this.#admission.rates.take({ tenant, route });
    if (rate) return refused(rate);
    incoming.onAdmitted();
    answerEmpty(incoming, preflightFields(route, message), this.input.isDraining());
    return { kind: 'answered', status: 204 };
  }

  async #forward(attempt: AdmittedAttempt, dial: Slot): Promise<HttpEnd> {
    const { authenticated, clientAddress, incoming } = attempt;
    const release = this.input.reviewer.add(attempt);
    let turn: UpstreamTurn | undefined;
    try {
      const { message: request } = incoming.matched;
      turn = this.input.upstreams.take(authenticated.route, { clientAddress, request });
      return await this.#ask(attempt, turn, dial);
    } finally {
      turn?.release();
      dial.release();
      release();
    }
  }

  async #ask(attempt: AdmittedAttempt, turn: UpstreamTurn, dial: Slot): Promise<HttpEnd> {
    if (turn.isFull) {
      const outcome = await turn.waitForPlace(attempt.ending);
      if (outcome === 'aborted') return { kind: 'client_gone' };
      if (this.#isRefusing) return refused(drainingRefusal);
      const access = this.#admission.current(attempt, attempt.authenticated);
      if (!access.ok) return refused(access.refusal);
      if (outcome === 'full') return refused(fullRefusal);
      attempt.authenticated = access.current;
    }
    const { route } = attempt.authenticated;
    const onConnected = (): void => dial.release();
    const reached = await reachHttpUpstream(this.input, { attempt, route, turn, onConnected });
    return endOf(reached);
  }
}

function endOf(reached: ReachedHttp): HttpEnd {
  if (!('kind' in reached)) {
    if (reached.code === 'aborted') return { kind: 'client_gone' };
    return refused(failureRefusal(reached.code, reached.detail));
  }
  switch (reached.kind) {
    case 'answered':
    case 'cut_short':
      return reached;
    case 'aborted':
      return { kind: 'client_gone' };
    case 'stale':
      return refused(failureRefusal('upstream_bad_handshake', 'the upstream closed the connection'));
    case 'failed': {
      const { code, detail } = reached;
      // Only this detail may be shown to the client.
      return refused(code === 'body_too_large' ? { code, detail } : failureRefusal(code, detail));
    }
    default:
      return reached satisfies never;
  }
}

/** A page may read why its request was refused, unless its origin is the reason. */
function corsChangeOf({ route, incoming }: HttpAttempt): ChangeAnswerHeaders | null {
  const { message } = incoming.matched;
  if (route === undefined || !hasCors(route)) return null;
  return checkOrigin(route.allowedOrigins, message.origins).ok ? corsChange(route, message) : null;
}

function refused(refusal: Refusal): HttpEnd {
  return { kind: 'refused', refusal };
}
