import { TLSSocket } from 'node:tls';
import { newId, requestIdFrom, type PublishedRoute } from '#libs/contract';
import {
  AnsweringStream,
  headerFields,
  onlyHeaderValue,
  parseUpgradeRequest,
  refuseClient,
  type RequestHead,
  type UpgradeRequest,
} from '#libs/handshake';
import { EngineSocket } from '#libs/engine';
import { forwardAnswer } from '#libs/http-proxy';
import { peerCertificate } from '#libs/tls';
import type { ConnectedSocket, UpstreamPools, UpstreamTurn } from '#libs/upstreams';
import type { Admission, AdmissionResult, AdmittedRequest } from './admission.js';
import { answerChangeFor } from './answer-change.js';
import { refusedRecord, type Attempt } from './attempt.js';
import { Joiner, type Established, type JoinerInput, type UpstreamHandshakeAnswer } from './joiner.js';
import { PendingClient, type ClientSocket } from './pending-client.js';
import { reachUpstream, type ReachedUpstream, type ReachUpstreamInput } from './reach-upstream.js';
import { drainingRefusal, failureRefusal, fullRefusal, type NotJoined, type Refusal } from './refusal.js';

export interface PipelineInput extends JoinerInput, ReachUpstreamInput {
  upstreams: Pick<UpstreamPools, 'take'>;
  configuration: JoinerInput['configuration'] & ReachUpstreamInput['configuration'];
  admission: Admission;
  /** Maximum length of a request target. */
  maxTargetBytes: number;
}

/** An upgrade request with its socket. */
export interface IncomingUpgrade {
  head: RequestHead;
  /** A socket of Node always has an `error` listener, so that an error can't end the process. */
  socket: ClientSocket;
  /** Data that the client sent after its request. */
  earlyBytes: Buffer;
  clientAddress: string;
  peerAddress: string;
  isTrustedPeer: boolean;
  /** Called when the request is admitted, and never for a refused request. */
  onAdmitted: () => void;
}

/** Takes each request through parse → match → admit → dial → join → relay → end. */
export class Pipeline {
  readonly #joiner: Joiner;
  #pending = 0;
  #isDraining = false;

  constructor(private readonly input: PipelineInput) {
    this.#joiner = new Joiner(input);
  }

  /** Number of requests that are neither joined nor answered yet. */
  get pending(): number {
    return this.#pending;
  }

  /** Refuses all further requests, including pending ones that have not joined. */
  startDraining(): void {
    this.#isDraining = true;
  }

  /** Accepts requests again. */
  stopDraining(): void {
    this.#isDraining = false;
  }

  /** Resolves when the request has joined or was answered. Rejects only for a bug. */
  async accept(upgrade: IncomingUpgrade): Promise<void> {
    const { socket, earlyBytes, head, clientAddress, peerAddress, isTrustedPeer } = upgrade;
    const client = new PendingClient(socket, earlyBytes);
    const carrier = socket instanceof AnsweringStream ? socket.carrier : socket;
    const startedAtMs = performance.now();
    const attempt: Attempt = {
      id: newId('connection'),
      client,
      clientAddress,
      peerAddress,
      isTrustedPeer,
      httpVersion: socket instanceof AnsweringStream ? '2' : head.httpVersion,
      protocolScheme: carrier instanceof TLSSocket ? 'https' : 'http',
      clientCertificate: peerCertificate(carrier),
      startedAtMs,
    };
    this.#pending += 1;
    try {
      const end = await this.#establish(attempt, head, upgrade);
      if (!end) return;
      // Recorded before the answer is sent, which may wait for the client to read it and to close.
      const requestId = requestIdFrom(onlyHeaderValue(headerFields(head.rawHeaders), 'x-request-id'));
      this.input.onRecord(refusedRecord(attempt, end, requestId));
      await this.#answer(client, end, requestId);
    } finally {
      this.#pending -= 1;
    }
  }

  /** Returns null if the request became a connection. */
  async #establish(
    attempt: Attempt,
    head: RequestHead,
    { onAdmitted }: Pick<IncomingUpgrade, 'onAdmitted'>,
  ): Promise<NotJoined | null> {
    if (this.#isDraining) return refused(drainingRefusal);
    const parsed = parseUpgradeRequest(head, this.input.maxTargetBytes);
    if (!parsed.ok) return refused(parsed);
    attempt.request = parsed.request;
    // A synchronous result is not awaited: with a key and local limits, the request continues to its upstream
    // in this turn.
    const admission = this.input.admission.admit(attempt, parsed.request);
    const admitted = admission instanceof Promise ? await admission : admission;
    if (!admitted.ok) return admitted.end;
    onAdmitted();

    let end: NotJoined | null | undefined;
    let turn: UpstreamTurn | undefined;
    try {
      const { clientAddress } = attempt;
      turn = this.input.upstreams.take(admitted.authenticated.route, {
        clientAddress,
        request: parsed.request,
      });
      end = await this.#connect(attempt, parsed.request, admitted, turn);
      return end;
    } finally {
      turn?.release();
      admitted.dial.release();
      // A joined connection releases its slot when it ends.
      if (end !== null) admitted.slot.release();
    }
  }

  #connect(
    attempt: Attempt,
    request: UpgradeRequest,
    admitted: AdmittedRequest,
    turn: UpstreamTurn,
  ): Promise<NotJoined | null> {
    if (!turn.isFull) return this.#reach(attempt, request, admitted, turn);
    return this.#waitForPlace(attempt, request, admitted, turn).then((readmitted) =>
      readmitted.ok ? this.#reach(attempt, request, readmitted, turn) : readmitted.end,
    );
  }

  /** Waits in the queue of the route because all upstreams are full, then checks the admission again. */
  async #waitForPlace(
    attempt: Attempt,
    request: UpgradeRequest,
    admitted: AdmittedRequest,
    turn: UpstreamTurn,
  ): Promise<AdmissionResult> {
    const outcome = await turn.waitForPlace(attempt.client.signal);
    if (outcome === 'aborted') {
      return { ok: false, end: clientGone('the client went away while it waited for an upstream') };
    }
    if (this.#isDraining) return { ok: false, end: refused(drainingRefusal) };
    const readmitted = this.input.admission.readmit(attempt, request, admitted);
    if (readmitted.ok && outcome === 'full') return { ok: false, end: refused(fullRefusal) };
    return readmitted;
  }

  #reach(
    attempt: Attempt,
    request: UpgradeRequest,
    admitted: AdmittedRequest,
    turn: UpstreamTurn,
  ): Promise<NotJoined | null> {
    const { route } = admitted.authenticated;
    return new Promise((resolve, reject) => {
      // The sockets are joined in the turn in which the upstream has answered.
      reachUpstream(
        this.input,
        { attempt, request, route, turn },
        {
          onReached: (reached) => resolve(this.#reached(attempt, request, { admitted, turn }, reached)),
          onError: reject,
        },
      );
    });
  }

  #reached(
    attempt: Attempt,
    request: UpgradeRequest,
    { admitted, turn }: { admitted: AdmittedRequest; turn: UpstreamTurn },
    reached: ReachedUpstream,
  ): NotJoined | null | Promise<NotJoined> {
    if ('switched' in reached) {
      const { upstream, switched } = reached;
      return this.#join(attempt, request, admitted, { upstream, switched, turn });
    }
    if (!('answer' in reached)) return notReached(reached);
    const { upstream, handshake } = reached;
    if (handshake.ok) return this.#join(attempt, request, admitted, { upstream, handshake, turn });
    // The client may read an answer other than 101 slowly. The upstream must not stay occupied by that.
    admitted.dial.release();
    turn.release();
    const { answer, rest } = handshake;
    return this.#forward(attempt, request, admitted.authenticated.route, { upstream, answer, rest });
  }

  async #forward(
    attempt: Attempt,
    request: UpgradeRequest,
    route: PublishedRoute,
    {
      upstream,
      answer,
      rest,
    }: Pick<UpstreamHandshakeAnswer, 'answer' | 'rest'> & { upstream: ConnectedSocket },
  ): Promise<NotJoined> {
    const client = attempt.client.releaseStream();
    const changeHeaders = answerChangeFor(route, { attempt, request });
    const timeoutMs = route.timeouts.handshakeMs;
    await forwardAnswer({
      client,
      upstream: upstream instanceof EngineSocket ? upstream.toStream() : upstream,
      answer,
      rest,
      changeHeaders,
      timeoutMs,
    });
    return { kind: 'upstream_answer', status: answer.statusCode };
  }

  #join(
    attempt: Attempt,
    request: UpgradeRequest,
    admitted: AdmittedRequest,
    established: Established,
  ): NotJoined | null {
    const { client } = attempt;
    if (client.isGone || this.#isDraining) {
      established.upstream.destroy();
      return client.isGone
        ? clientGone('the client went away during the handshake')
        : refused(drainingRefusal);
    }
    this.#joiner.join(attempt, request, admitted, established);
    return null;
  }

  async #answer(client: PendingClient, end: NotJoined, requestId: string): Promise<void> {
    switch (end.kind) {
      case 'refused': {
        const { code, detail, limit, retryAfterSeconds } = end.refusal;
        return refuseClient(client.releaseStream(), code, { requestId, detail, limit, retryAfterSeconds });
      }
      case 'client_gone':
        client.release();
        client.socket.destroy();
        return;
      case 'upstream_answer':
        return;
    }
  }
}

function refused(refusal: Refusal): NotJoined {
  return { kind: 'refused', refusal };
}

function clientGone(cause: string): NotJoined {
  return { kind: 'client_gone', cause };
}

/** The failure of the upstream for the client. The exact cause is only in the record. */
function notReached(failure: { code: Refusal['code'] | 'aborted'; detail: string }): NotJoined {
  if (failure.code === 'aborted') return clientGone(failure.detail);
  return refused(failureRefusal(failure.code, failure.detail));
}
