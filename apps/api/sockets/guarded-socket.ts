import type { WebSocket } from 'ws';
import type { OutboxRow } from '../database/entities/outbox-row.entity.js';
import type { Access, OperatorPrincipal, Principal } from '../http/principal.js';
import { endOfCredential } from './credential-end.js';

/** An open socket. Checks that its client still answers, and that its credential is still valid. */
export class GuardedSocket {
  #hasAnswered = true;

  constructor(
    private readonly socket: WebSocket,
    private readonly principal: Principal,
    private readonly access: Access,
  ) {
    socket.on('pong', () => {
      this.#hasAnswered = true;
    });
  }

  /** Terminates a client that did not answer the last ping, or else pings it; called at intervals. */
  check(): void {
    if (!this.#hasAnswered) {
      this.socket.terminate();
      return;
    }
    if (this.closeIfEnded(null)) return;
    this.#hasAnswered = false;
    this.socket.ping();
  }

  /** Closes with 1008 when this change revokes the credential, or the credential has expired. */
  closeIfEnded(change: OutboxRow | null): boolean {
    if (this.principal.kind !== 'apiKey') return false;
    const reason = endOfCredential(this.principal, this.access, change, Date.now());
    if (reason !== null) this.socket.close(1008, reason);
    return reason !== null;
  }

  /** The named operator that opened the socket; null for other principals. */
  get operator(): OperatorPrincipal | null {
    return this.principal.kind === 'operator' ? this.principal : null;
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }
}
