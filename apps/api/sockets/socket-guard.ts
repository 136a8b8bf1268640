import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { WebSocket } from 'ws';
import type { Access, Principal } from '../authentication/principal.js';
import { CommittedChanges } from '../publishing/committed-changes.js';
import { GuardedSocket } from './guarded-socket.js';

const checkEveryMs = 30_000;

/**
 * Watches over every open socket: one whose client is gone is dropped, one whose credential ended is closed with 1008,
 * and when the API stops, all are closed with 1001.
 */
@Injectable()
export class SocketGuard implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly open = new Set<GuardedSocket>();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly committed: CommittedChanges) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      for (const guarded of this.open) guarded.check();
    }, checkEveryMs);
  }

  /** Until the socket closes. Whoever is told of commits on it too has to have subscribed before: it is told, then closed. */
  guard(socket: WebSocket, principal: Principal, access: Access): void {
    const guarded = new GuardedSocket(socket, principal, access);
    const release = this.committed.subscribe((change) => guarded.closeIfEnded(change));
    this.open.add(guarded);
    socket.once('close', () => {
      release();
      this.open.delete(guarded);
    });
  }

  /** Closes what an operator has open whose token was revoked, with 1008. */
  closeOperator(operatorId: string): void {
    for (const guarded of this.open) guarded.closeIfOperator(operatorId);
  }

  beforeApplicationShutdown(): void {
    if (this.timer !== null) clearInterval(this.timer);
    for (const guarded of this.open) guarded.close(1001, 'API stops');
  }
}
