import { Inject } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection } from '@nestjs/websockets';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import { maxMessageBytes, TestRelay, type DialGateway } from '#libs/test-connections';
import { DIAL_GATEWAY, LOGGER } from '../composition/injection-tokens.js';
import { actorIdOf } from '../http/principal.js';
import type { SocketOptions } from '../sockets/socket-admission.js';
import { SocketGuard } from '../sockets/socket-guard.js';
import { parseClientMessage } from './parse-client-message.js';
import { TestAdmission, type AdmittedTest } from './test-admission.js';

/** `/v1/test-connection`: a WebSocket to a gateway for the console, with header fields of the user. */
@WebSocketGateway<SocketOptions>({
  path: '/v1/test-connection',
  subprotocol: 'sluice.test',
  admission: TestAdmission,
  maxMessageBytes,
})
export class TestConnectionsGateway implements OnGatewayConnection {
  constructor(
    private readonly guard: SocketGuard,
    @Inject(DIAL_GATEWAY) private readonly dial: DialGateway,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  handleConnection(socket: WebSocket, { principal, clientAddress, requestId }: AdmittedTest): void {
    this.guard.guard(socket, principal, 'manage');
    new TestRelay(socket, {
      parse: parseClientMessage,
      dial: (request, signal) => {
        const actor = { actorKind: principal.kind, actorId: actorIdOf(principal), clientAddress, requestId };
        this.logger.info({ ...actor, url: new URL(request.url).origin }, 'dialing for a test connection');
        return this.dial(request, signal);
      },
    });
  }
}
