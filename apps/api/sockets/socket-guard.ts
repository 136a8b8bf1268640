import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { In, IsNull, Not } from 'typeorm';
import { Database } from '../database/database.js';
import { OperatorEntity } from '../database/entities/operator.entity.js';
import type { Access, Principal } from '../http/principal.js';
import { CommittedChanges } from '../publishing/committed-changes.js';
import { GuardedSocket } from './guarded-socket.js';

const checkEveryMs = 30_000;
// Operators are no part of the configuration, so nothing tells of one that another API revoked.
const reviewOperatorsEveryMs = 2000;

/**
 * Watches over every open socket: one whose client is gone is dropped, one whose credential ended is closed with 1008,
 * and when the API stops, all are closed with 1001.
 */
@Injectable()
export class SocketGuard implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly open = new Set<GuardedSocket>();
  private timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly committed: CommittedChanges,
    private readonly database: Database,
  ) {}

  onApplicationBootstrap(): void {
    const check = (): void => {
      for (const guarded of this.open) guarded.check();
    };
    // While the database is away nobody is revoked; whoever was before is found when it is back.
    const review = (): void => void this.closeRevokedOperators().catch(() => undefined);
    this.timers = [setInterval(check, checkEveryMs), setInterval(review, reviewOperatorsEveryMs)];
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
    for (const guarded of this.open) {
      if (guarded.operatorId === operatorId) guarded.close(1008, 'token revoked');
    }
  }

  beforeApplicationShutdown(): void {
    for (const timer of this.timers) clearInterval(timer);
    for (const guarded of this.open) guarded.close(1001, 'API stops');
  }

  private async closeRevokedOperators(): Promise<void> {
    const ids = new Set([...this.open].flatMap(({ operatorId }) => operatorId ?? []));
    if (ids.size === 0) return;
    const where = { id: In([...ids]), revokedAt: Not(IsNull()) };
    for (const { id } of await this.database.read.findBy(OperatorEntity, where)) this.closeOperator(id);
  }
}
