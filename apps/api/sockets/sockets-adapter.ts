import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { INestApplicationContext } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import { requestIdHeader } from '#libs/contract';
import type { ApiSettings } from '#libs/settings';
import { Authenticator } from '../authentication/authenticator.js';
import { PresentedCredential } from '../authentication/presented-credential.js';
import { API_SETTINGS } from '../composition/injection-tokens.js';
import { ClientAddresses } from '../http/client-addresses.js';
import { requireAllowedOrigin } from '../http/cross-origin.js';
import { parseQuery } from '../http/parse-query.js';
import { ProblemError } from '../http/problem-error.js';
import { problemOf } from '../http/problem-of.js';
import { refuseOnSocket } from '../http/refuse-on-socket.js';
import { requestIdOf } from '../http/request-id.js';
import { pathMatcher } from './path-template.js';
import { presentedToken } from './presented-token.js';
import type { SocketAdmission, SocketOpening, SocketOptions } from './socket-admission.js';

// On most of these sockets clients send nothing.
const defaultMaxMessageBytes = 1024;
const noSocketHere = 'There is no WebSocket at this path; send other requests without Upgrade.';

interface Endpoint {
  match: (path: string) => Record<string, string> | null;
  admission: SocketAdmission;
  server: WebSocketServer;
}

/**
 * Serves the WebSocket gateways of this application on its HTTP server. Beyond the framework's adapter it has
 * paths with parameters, and refuses with ordinary HTTP responses and a problem document. A gateway's
 * `handleConnection` gets the socket and the result of its admission.
 */
export class SocketsAdapter extends WsAdapter {
  readonly #endpoints: Endpoint[] = [];
  readonly #admitted = new WeakMap<IncomingMessage, unknown>();

  constructor(
    private readonly app: INestApplicationContext,
    private readonly server: Server,
    private readonly log: Logger,
  ) {
    super(app);
    server.on('upgrade', this.#upgrade);
  }

  override create(
    _port: number,
    { path, subprotocol, admission, maxMessageBytes = defaultMaxMessageBytes }: SocketOptions,
  ): WebSocketServer {
    const server = new WebSocketServer({
      noServer: true,
      maxPayload: maxMessageBytes,
      // The token, offered as another subprotocol, must not be sent back.
      handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
      verifyClient: ({ req }, proceed) => void this.#verify(endpoint, req, () => proceed(true)),
    });
    const endpoint = { match: pathMatcher(path), admission: this.app.get(admission), server };
    this.bindErrorHandler(server);
    server.on('wsClientError', ({ message }, socket, request) => {
      const headers = { 'Sec-WebSocket-Version': '13' };
      const problem = new ProblemError('bad_handshake', { detail: `${message}.` }, headers);
      refuseOnSocket(socket, problem, requestIdOf(request));
    });
    server.on('headers', (lines, request) => lines.push(`${requestIdHeader}: ${requestIdOf(request)}`));
    this.#endpoints.push(endpoint);
    return server;
  }

  override async dispose(): Promise<void> {
    this.server.off('upgrade', this.#upgrade);
    await super.dispose();
  }

  readonly #upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // An error without a listener would throw; `close` follows it.
    socket.on('error', () => undefined);
    const { path } = targetOf(request);
    const endpoint = this.#endpoints.find(({ match }) => match(path) !== null);
    if (endpoint === undefined) {
      refuseOnSocket(socket, new ProblemError('not_found', { detail: noSocketHere }), requestIdOf(request));
      return;
    }
    endpoint.server.handleUpgrade(request, socket, head, (webSocket) => {
      endpoint.server.emit('connection', webSocket, this.#admitted.get(request));
    });
  };

  async #verify(endpoint: Endpoint, request: IncomingMessage, proceed: () => void): Promise<void> {
    const { path } = targetOf(request);
    try {
      const opening = await this.#openingOf(request, endpoint.match(path) ?? {});
      this.#admitted.set(request, await endpoint.admission.admit(opening));
    } catch (error) {
      const requestId = requestIdOf(request);
      const problem = problemOf(error, this.log, { requestId, method: 'upgrade', path });
      refuseOnSocket(request.socket, problem, requestId);
      return;
    }
    proceed();
  }

  async #openingOf(request: IncomingMessage, parameters: Record<string, string>): Promise<SocketOpening> {
    requireAllowedOrigin(request.headers, this.app.get<ApiSettings>(API_SETTINGS).corsOrigins);
    const gone = new AbortController();
    request.socket.once('close', () => gone.abort());
    const clientAddress = this.app.get(ClientAddresses).of(request);
    const token = presentedToken(request.headers);
    const credential = await this.app.get(PresentedCredential).of(request.headers, token, false);
    const principal = await this.app.get(Authenticator).require(credential, clientAddress);
    const query = parseQuery(targetOf(request).query);
    const context = { principal, clientAddress, requestId: requestIdOf(request) };
    return { context, parameters, query, gone: gone.signal };
  }
}

function targetOf({ url = '' }: IncomingMessage): { path: string; query: string } {
  const [path = '', ...query] = url.split('?');
  return { path, query: query.join('?') };
}
