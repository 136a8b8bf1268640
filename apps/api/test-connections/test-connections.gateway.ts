import { Inject } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection } from '@nestjs/websockets';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import { maxMessageBytes, TestRelay, type DialGateway } from '#libs/test-connections';
import { AuditTrail } from '../audit/audit-trail.js';
import { auditActorOf } from '../audit/write-audit-entries.js';
import { DIAL_GATEWAY, LOGGER } from '../composition/injection-tokens.js';
import { problemOf } from '../http/problem-of.js';
import type { SocketOptions } from '../sockets/socket-admission.js';
import { SocketGuard } from '../sockets/socket-guard.js';
import { parseClientMessage } from './parse-client-message.js';
import { TestAdmission, type AdmittedTest } from './test-admission.js';

const path = '/v1/test-connection';
const maxTargetLength = 1000;

/** `/v1/test-connection`: a WebSocket to a gateway for the console, with header fields of the user. */
@WebSocketGateway<SocketOptions>({
  path,
  subprotocol: 'sluice.test',
  admission: TestAdmission,
  maxMessageBytes,
})
export class TestConnectionsGateway implements OnGatewayConnection {
  constructor(
    private readonly guard: SocketGuard,
    private readonly audit: AuditTrail,
    @Inject(DIAL_GATEWAY) private readonly dialGateway: DialGateway,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  handleConnection(socket: WebSocket, context: AdmittedTest): void {
    this.guard.guard(socket, context.principal, 'manage');
    new TestRelay(socket, { parse: parseClientMessage, dial: this.#dialFor(context) });
  }

  /** Audits each connection before it is dialed. */
  #dialFor(context: AdmittedTest): DialGateway {
    const { principal, requestId } = context;
    const tenantId = principal.kind === 'apiKey' ? principal.tenantId : null;
    return async (request, signal) => {
      const { origin, pathname } = new URL(request.url);
      // Without the query, which may have a key.
      const targetId = (origin + pathname).slice(0, maxTargetLength);
      try {
        await this.audit.record(context, {
          action: 'testConnection.open',
          targetId,
          tenantId,
          details: null,
        });
      } catch (error) {
        const { document } = problemOf(error, this.logger, { requestId, method: 'GET', path });
        return { ok: false, problem: document };
      }
      this.logger.info({ ...auditActorOf(context), url: origin }, 'dialing for a test connection');
      return this.dialGateway(request, signal);
    };
  }
}
