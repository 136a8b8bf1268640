import type { WebSocket } from 'ws';
import { canSeeTenant, isOperator, type Principal } from '../authentication/principal.js';

// Some thousand events; who is that far behind reads the state anew.
const mostBufferedBytes = 1024 * 1024;

/** One client of `/v1/events`: what it may see, and whether it still reads. */
export class EventSubscriber {
  constructor(
    private readonly socket: WebSocket,
    private readonly principal: Principal,
  ) {}

  /** Sends the event if the client may see it; closes with 1013 when it is too slow. `tenantId` null: not a tenant's. */
  tell(tenantId: string | null, text: string): void {
    if (this.socket.readyState !== this.socket.OPEN || !this.maySee(tenantId)) return;
    this.socket.send(text);
    if (this.socket.bufferedAmount > mostBufferedBytes) this.socket.close(1013, 'too slow');
  }

  private maySee(tenantId: string | null): boolean {
    return tenantId === null ? isOperator(this.principal) : canSeeTenant(this.principal, tenantId);
  }
}
