import type { WebSocket } from 'ws';
import type { OutboxRow } from '../database/entities/outbox-row.entity.js';
import { isOperator, type Access, type Principal } from '../http/principal.js';
import { endOfCredential } from './credential-end.js';

/** One open socket: whether its client is still there, and still allowed to be. */
export class GuardedSocket {
  private hasAnswered = true;

  constructor(
    private readonly socket: WebSocket,
    private readonly principal: Principal,
    private readonly access: Access,
  ) {
    socket.on('pong', () => {
      this.hasAnswered = true;
    });
  }

  /** Drops a client that did not answer the ping before, and pings it again; called at intervals. */
  check(): void {
    if (!this.hasAnswered) {
      this.socket.terminate();
      return;
    }
    if (this.closeIfEnded(null)) return;
    this.hasAnswered = false;
    this.socket.ping();
  }

  /** Closes with 1008 when the client's credential ended, with this change or because its time is over. */
  closeIfEnded(change: OutboxRow | null): boolean {
    if (isOperator(this.principal)) return false;
    const reason = endOfCredential(this.principal, this.access, change, Date.now());
    if (reason !== null) this.socket.close(1008, reason);
    return reason !== null;
  }

  /** Whose token it is; null where it is no named operator's. */
  get operatorId(): string | null {
    return this.principal.kind === 'operator' ? this.principal.operatorId : null;
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }
}
