import { basename, join } from 'node:path';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { encodeTime } from 'ulid';
import { LessThanOrEqual, type EntityManager } from 'typeorm';
import { idPrefixes } from '#libs/contract';
import type { ApiSettings } from '#libs/settings';
import { AuditTrail } from '../audit/audit-trail.js';
import { systemActor } from '../audit/write-audit-entries.js';
import { API_SETTINGS, LOGGER } from '../composition/injection-tokens.js';
import { Database } from '../database/database.js';
import { AuditEntryEntity } from '../database/entities/audit-entry.entity.js';
import { Publisher } from '../publishing/publisher.js';
import { WakeSignal } from '../publishing/wake-signal.js';
import { exportAudit, type AuditExport } from './audit-export.js';

const dayMs = 24 * 3600 * 1000;
const pruneEveryMs = 3600 * 1000;
const checkLeaderEveryMs = 1000;
const maxEntriesPerFile = 100_000;
// A separate lane: writes of operators go first, and tenants take turns with it.
const lane = 'audit retention';

/**
 * Exports audit entries that are older than the retention into a file, and then removes them. With several
 * processes, the publishing one does it. Each removal is audited too.
 */
@Injectable()
export class AuditRetention implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #retentionMs: number;
  readonly #folder: string;
  readonly #signal = new WakeSignal();
  #loop: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(
    @Inject(API_SETTINGS) settings: Pick<ApiSettings, 'auditRetentionDays' | 'dataDir'>,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly database: Database,
    @Inject(Publisher) private readonly publisher: Pick<Publisher, 'state'>,
    private readonly trail: AuditTrail,
  ) {
    this.#retentionMs = settings.auditRetentionDays * dayMs;
    this.#folder = join(settings.dataDir, 'audit');
  }

  onApplicationBootstrap(): void {
    if (this.#retentionMs > 0) this.#loop = this.#run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#isStopped = true;
    this.#signal.wake();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const isLeader = this.publisher.state.isLeading;
      if (isLeader) await this.#prune();
      await this.#signal.wait(isLeader ? pruneEveryMs : checkLeaderEveryMs);
    }
  }

  async #prune(): Promise<void> {
    const end = auditIdAt(Date.now() - this.#retentionMs);
    try {
      for (;;) {
        const bounds = { folder: this.#folder, end, maxEntries: maxEntriesPerFile };
        const exported = await exportAudit(this.database.read, bounds);
        if (exported === null || this.#isStopped) return;
        await this.#remove(exported);
        this.logger.info(
          { file: exported.file, entries: exported.count },
          'moved old audit entries into a file',
        );
      }
    } catch (error) {
      this.logger.error(
        { err: error, folder: this.#folder },
        'old audit entries could not be moved into a file',
      );
    }
  }

  async #remove({ file, count, first, last, partEnds }: AuditExport): Promise<void> {
    for (const end of partEnds) {
      await this.database.write(
        async (manager) => {
          await removeUpTo(manager, end);
          if (end !== last.id) return;
          const details = { entries: count, from: first.at, to: last.at };
          const subject = {
            action: 'audit.prune',
            targetId: basename(file),
            tenantId: null,
            details,
          } as const;
          await this.trail.recordWithin(manager, systemActor, subject);
        },
        { lane },
      );
    }
  }
}

// The triggers of the table let a transaction remove only the entries that it has announced.
async function removeUpTo(manager: EntityManager, id: string): Promise<void> {
  await manager.query('INSERT INTO audit_pruning ("before") VALUES ($1)', [`${id}~`]);
  await manager.delete(AuditEntryEntity, { id: LessThanOrEqual(id) });
  await manager.query('DELETE FROM audit_pruning');
}

/** The smallest id of an entry at this time: ids sort by time. */
function auditIdAt(ms: number): string {
  return `${idPrefixes.audit}_${encodeTime(ms).toLowerCase()}${'0'.repeat(16)}`;
}
