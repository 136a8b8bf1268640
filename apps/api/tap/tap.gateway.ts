import { WebSocketGateway, type OnGatewayConnection } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import type { SocketOptions } from '../sockets/socket-admission.js';
import { SocketGuard } from '../sockets/socket-guard.js';
import { TapAdmission, type AdmittedTap } from './tap-admission.js';

/** `/v1/connections/{connection}/tap`: streams the frames of one live connection. */
@WebSocketGateway<SocketOptions>({
  path: '/v1/connections/:connection/tap',
  subprotocol: 'sluice.tap',
  admission: TapAdmission,
})
export class TapGateway implements OnGatewayConnection {
  constructor(private readonly guard: SocketGuard) {}

  handleConnection(socket: WebSocket, { principal, watcher }: AdmittedTap): void {
    this.guard.guard(socket, principal, 'manage');
    watcher.attach(socket);
  }
}
