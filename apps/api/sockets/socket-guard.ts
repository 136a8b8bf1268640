import { isDeepStrictEqual } from 'node:util';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { In } from 'typeorm';
import { Database } from '../database/database.js';
import { OperatorEntity, type OperatorRow } from '../database/entities/operator.entity.js';
import type { Access, OperatorPrincipal, Principal } from '../http/principal.js';
import { CommittedChanges } from '../publishing/committed-changes.js';
import { secretOf } from '../resources/operator.js';
import { GuardedSocket } from './guarded-socket.js';

const checkEveryMs = 30_000;
// Operators are not in the configuration, so operators changed by another API are found by polling.
const reviewOperatorsEveryMs = 2000;

/**
 * Guards every open socket: terminates those whose client does not answer, closes sockets with 1008 when
 * their credential ends, and all with 1001 when the API stops.
 */
@Injectable()
export class SocketGuard implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #open = new Set<GuardedSocket>();
  #timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly committed: CommittedChanges,
    private readonly database: Database,
  ) {}

  onApplicationBootstrap(): void {
    const check = (): void => {
      for (const guarded of this.#open) guarded.check();
    };
    // While the database is unavailable, no operator can be revoked; the next review finds earlier
    // revocations.
    const review = (): void => this.reviewOperators();
    this.#timers = [setInterval(check, checkEveryMs), setInterval(review, reviewOperatorsEveryMs)];
  }

  /**
   * Guards a socket until it closes. A subscriber that sends commits on the socket must subscribe before this
   * call, so that it sends before the close.
   */
  guard(socket: WebSocket, principal: Principal, access: Access): void {
    const guarded = new GuardedSocket(socket, principal, access);
    const release = this.committed.subscribe((change) => guarded.closeIfEnded(change));
    this.#open.add(guarded);
    socket.once('close', () => {
      release();
      this.#open.delete(guarded);
    });
  }

  /** Closes with 1008 the sockets of operators whose token ended, or whose role or tenants changed. */
  reviewOperators(): void {
    void this.#closeEndedOperators().catch(() => undefined);
  }

  beforeApplicationShutdown(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const guarded of this.#open) guarded.close(1001, 'API stops');
  }

  async #closeEndedOperators(): Promise<void> {
    const ids = new Set([...this.#open].flatMap(({ operator }) => operator?.operatorId ?? []));
    if (ids.size === 0) return;
    const found = await this.database.read.findBy(OperatorEntity, { id: In([...ids]) });
    const rows = new Map(found.map((row) => [row.id, row]));
    for (const guarded of this.#open) {
      const { operator } = guarded;
      const row = operator === null ? undefined : rows.get(operator.operatorId);
      if (operator === null || row === undefined) continue;
      const reason = endOfOperator(operator, row);
      if (reason !== null) guarded.close(1008, reason);
    }
  }
}

function endOfOperator({ prefix, role, tenantIds }: OperatorPrincipal, row: OperatorRow): string | null {
  if (secretOf(row, prefix, Date.now()) === null) return 'token revoked';
  return row.role === role && isDeepStrictEqual(row.tenantIds, tenantIds) ? null : 'role changed';
}
