import type { Socket } from 'node:net';
import { CountingUpstream } from '../support/counting-upstream.js';
import { openSocket, upgradeRequest } from '../support/raw-request.js';
import type { AttackTarget, RouteFields } from './attack-target.js';
import { joinsAndEnds, type Behaviour } from './upstream-behaviours.js';
import { untilClosed, type Received } from './received.js';

interface SandboxRoute {
  /** How the upstream handles each connection; by default it switches protocols and ends. */
  upstream?: Behaviour;
  /** The upstream listens on every address of this machine, not only on 127.0.0.1. */
  isEverywhere?: boolean;
  /** Fields that override those of the default route: every path of the sandbox's host, without a key. */
  route?: RouteFields | ((upstream: CountingUpstream) => RouteFields);
}

export type OnAnswer = (sent: Buffer, answer: Received) => Promise<void>;

/** The host name, routes, upstreams and clients of one attack. */
export class Sandbox {
  readonly #upstreams: CountingUpstream[] = [];
  readonly #clients: Socket[] = [];

  constructor(
    readonly gateway: AttackTarget,
    readonly host: string,
    /** Called with each sent request and its answer, while the route is published. */
    private readonly onAnswer: OnAnswer = () => Promise.resolve(),
  ) {}

  /** Starts an upstream, and publishes a route from the sandbox's host to it. */
  async prepare({ upstream: behaviour, isEverywhere, route }: SandboxRoute = {}): Promise<CountingUpstream> {
    const host = isEverywhere === true ? null : '127.0.0.1';
    const upstream = await CountingUpstream.start(behaviour ?? joinsAndEnds, host);
    this.#upstreams.push(upstream);
    const fields = typeof route === 'function' ? route(upstream) : route;
    await this.gateway.publish({
      upstreams: [{ url: upstream.url }],
      auth: { mode: 'none' },
      ...fields,
      match: { host: this.host, path: '/', ...fields?.match },
    });
    return upstream;
  }

  /** The head of a valid handshake for this host; see `upgradeRequest`. */
  handshake(target = '/', changes: Record<string, string | null> = {}): string {
    return upgradeRequest(target, { Host: this.host, ...changes });
  }

  /** Opens a connection to the gateway. */
  async connect(): Promise<Socket> {
    const client = await openSocket(this.gateway.port);
    this.#clients.push(client);
    return client;
  }

  /** Sends the bytes on a new connection; resolves with everything received until the gateway closes it. */
  async send(bytes: string | Buffer): Promise<Received> {
    const client = await this.connect();
    const received = untilClosed(client);
    const sent = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    client.write(sent);
    const answer = await received;
    await this.onAnswer(sent, answer);
    return answer;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await Promise.all(this.#upstreams.map((upstream) => upstream.close()));
  }
}
