import { Injectable } from '@nestjs/common';
import type { ConfigEntry, ConfigSnapshot } from '#libs/contract';
import { Database } from '../database/database.js';
import { ConfigStateEntity, configStateId } from '../database/entities/config-state.entity.js';
import { ExhaustionEntity } from '../database/entities/exhaustion.entity.js';
import { StickyKeyEntity } from '../database/entities/sticky-key.entity.js';
import { pagesOf } from '../database/pages-of.js';
import { exhaustionEntry } from '../resources/exhaustion.js';
import { lists, resources, type ListName, type RowTypes } from '../resources/resources.js';
import { stickyKeyEntry } from '../resources/sticky-key.js';

/** Reads the whole published configuration at one revision. */
@Injectable()
export class SnapshotReader {
  constructor(private readonly database: Database) {}

  /** Neither sees nor blocks writes that are committed meanwhile. */
  read(): Promise<ConfigSnapshot> {
    return this.database.readConsistently(async (manager) => {
      const state = await manager.findOneByOrFail(ConfigStateEntity, { id: configStateId });
      const { epoch, revision, fleetId } = state;
      const entries: ConfigEntry[] = [];
      for (const list of lists) {
        const { entity, publishedWhere } = resources[list];
        for await (const page of pagesOf(manager, entity, publishedWhere))
          entries.push(...entriesOf(list, page));
      }
      for await (const page of pagesOf(manager, StickyKeyEntity)) entries.push(...page.map(stickyKeyEntry));
      for await (const page of pagesOf(manager, ExhaustionEntity)) entries.push(...page.map(exhaustionEntry));
      return { epoch, revision, fleetId, entries };
    });
  }
}

function entriesOf<List extends ListName>(list: List, rows: readonly RowTypes[List][]): ConfigEntry[] {
  return rows.map((row) => resources[list].entryOf(row));
}
