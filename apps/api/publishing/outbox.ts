import { Injectable } from '@nestjs/common';
import { In, LessThanOrEqual, MoreThan } from 'typeorm';
import { ulid } from 'ulid';
import { newId, type ConfigPosition } from '#libs/contract';
import { Database } from '../database/database.js';
import { ConfigStateEntity, configStateId } from '../database/entities/config-state.entity.js';
import { OutboxRowEntity, type OutboxRow } from '../database/entities/outbox-row.entity.js';
import { outboxBounds, prunableRevision } from './outbox-bounds.js';

/** The committed changes in order, and the epoch and revision of the configuration in the database. */
@Injectable()
export class Outbox {
  #knownEpoch = '';

  constructor(private readonly database: Database) {}

  /** Initializes a new database with an epoch, revision 0, and the id of the fleet. */
  async initialize(): Promise<void> {
    await this.database.write(async (manager) => {
      if (await manager.existsBy(ConfigStateEntity, { id: configStateId })) return;
      const state = { id: configStateId, epoch: newEpoch(), revision: 0, fleetId: newId('fleet') };
      await manager.insert(ConfigStateEntity, state);
    });
  }

  /** The epoch that this process read or started last. */
  get knownEpoch(): string {
    return this.#knownEpoch;
  }

  async position(): Promise<ConfigPosition> {
    const state = await this.database.read.findOneByOrFail(ConfigStateEntity, { id: configStateId });
    this.#knownEpoch = state.epoch;
    return { epoch: state.epoch, revision: state.revision };
  }

  /** At most `limit` changes after a revision, oldest first; of these tenants, or null: of all. */
  readAfter(
    revision: number,
    limit: number,
    tenantIds: readonly string[] | null = null,
  ): Promise<OutboxRow[]> {
    return this.database.read.find(OutboxRowEntity, {
      where: { revision: MoreThan(revision), ...(tenantIds !== null && { tenantId: In([...tenantIds]) }) },
      order: { revision: 'ASC' },
      take: limit,
    });
  }

  /** The oldest revision whose change is kept; null: none is. */
  async oldestRevision(): Promise<number | null> {
    const [row] = await this.database.read.find(OutboxRowEntity, {
      select: { revision: true },
      order: { revision: 'ASC' },
      take: 1,
    });
    return row?.revision ?? null;
  }

  /** Starts a new epoch, for a database that is older than the published state. Revisions continue. */
  async startEpoch(): Promise<void> {
    const epoch = newEpoch();
    await this.database.write((manager) =>
      manager.update(ConfigStateEntity, { id: configStateId }, { epoch }),
    );
    this.#knownEpoch = epoch;
  }

  /**
   * Rejects when the database is not writable. Leaves the data unchanged, but writes and syncs like a change.
   */
  async verifyWritable(): Promise<void> {
    await this.database.write(async (manager) => {
      // Up and down again: SQLite does not write unchanged values, so a full disk would go unnoticed.
      await manager.increment(ConfigStateEntity, { id: configStateId }, 'revision', 1);
      await manager.decrement(ConfigStateEntity, { id: configStateId }, 'revision', 1);
    });
  }

  /** Deletes the oldest changes when there are too many, in number or in bytes; published ones first. */
  async prune(publishedRevision: number, bounds = outboxBounds): Promise<void> {
    const revision = await prunableRevision(this.database.read, publishedRevision, bounds);
    if (revision <= 0) return;
    await this.database.write((manager) =>
      manager.delete(OutboxRowEntity, { revision: LessThanOrEqual(revision) }),
    );
  }
}

function newEpoch(): string {
  return ulid().toLowerCase();
}
