import type { ConfigSource } from '#libs/config-bus';

interface HeldSnapshot {
  /** Resolves when the snapshot has been read and is held back. */
  isRead: Promise<void>;
  release: () => void;
}

interface GatedSource {
  source: ConfigSource;
  /** Holds back the next snapshot. */
  holdSnapshot(): HeldSnapshot;
  readonly snapshotReads: number;
  readonly positionReads: number;
}

/** A source that counts reads and can hold back a snapshot. */
export function gatedSource(inner: ConfigSource): GatedSource {
  const reads = { snapshot: 0, position: 0 };
  let gate: { opened: Promise<void>; reached: () => void } | null = null;
  const source: ConfigSource = {
    subscribe: (listener) => inner.subscribe(listener),
    close: () => inner.close(),
    readPosition: () => {
      reads.position += 1;
      return inner.readPosition();
    },
    readSnapshot: async () => {
      reads.snapshot += 1;
      const snapshot = await inner.readSnapshot();
      const held = gate;
      gate = null;
      held?.reached();
      await held?.opened;
      return snapshot;
    },
  };
  const holdSnapshot = (): HeldSnapshot => {
    let release = (): void => undefined;
    let reached = (): void => undefined;
    const opened = new Promise<void>((resolve) => (release = resolve));
    const isRead = new Promise<void>((resolve) => (reached = resolve));
    gate = { opened, reached };
    return { isRead, release };
  };
  return {
    source,
    holdSnapshot,
    get snapshotReads() {
      return reads.snapshot;
    },
    get positionReads() {
      return reads.position;
    },
  };
}
