import type { WebSocket } from 'ws';
import { canSeeTenant, type Principal } from '../authentication/principal.js';
import type { OutboxRow } from '../publishing/outbox-row.entity.js';
import { changeEventOf } from './change-event.js';
import { endOfCredential } from './credential-end.js';

// Some thousand changes; who is that far behind reads the state anew.
const mostBufferedBytes = 1024 * 1024;

/** One client of `/v1/events`: what it may see, and whether it still reads. */
export class EventSubscriber {
  private hasAnswered = true;

  constructor(
    private readonly socket: WebSocket,
    private readonly principal: Principal,
  ) {
    socket.on('pong', () => {
      this.hasAnswered = true;
    });
  }

  /** Sends the change if the client may see it; closes with 1008 when its credential ended, 1013 when it is too slow. */
  tell(change: OutboxRow): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    const isVisible = canSeeTenant(this.principal, change.tenantId);
    if (isVisible) this.socket.send(JSON.stringify(changeEventOf(change)));
    if (this.closeIfEnded(change)) return;
    if (this.socket.bufferedAmount > mostBufferedBytes) this.socket.close(1013, 'too slow');
  }

  /** Looks whether the client is still there, and still allowed; called at intervals. */
  check(): void {
    if (!this.hasAnswered) {
      this.socket.terminate();
      return;
    }
    if (this.closeIfEnded(null)) return;
    this.hasAnswered = false;
    this.socket.ping();
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  private closeIfEnded(change: OutboxRow | null): boolean {
    if (this.principal.kind === 'admin') return false;
    const reason = endOfCredential(this.principal, change, Date.now());
    if (reason !== null) this.socket.close(1008, reason);
    return reason !== null;
  }
}
