import { Injectable } from '@nestjs/common';
import type { Release } from '#libs/config-bus';
import type { OutboxRow } from './outbox-row.entity.js';

export type CommitListener = (change: OutboxRow) => void;

/** Tells this process of every committed change, in the order of the revisions, right after the commit. */
@Injectable()
export class CommittedChanges {
  private readonly listeners = new Set<CommitListener>();

  /** A listener must not throw and must return at once: it stands between two commits. */
  subscribe(listener: CommitListener): Release {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  announce(change: OutboxRow): void {
    for (const listener of this.listeners) listener(change);
  }
}
