import { closeSync, openSync } from 'node:fs';
import { z } from 'zod';

export interface FileDescriptorsInput {
  /** The maximum number of open files and sockets of the process. */
  limit: number;
  /**
   * The number for each connection: its client's and its upstream's, and one more if the upstream is in this
   * process.
   */
  perConnection: number;
  /** The number of open client sockets, joined or not. */
  clients(): number;
  /** The number of joined clients, whose upstream sockets are open too. */
  joined(): number;
  /** The lowest free descriptor; null if there is none. */
  lowestFree?: () => number | null;
}

// For files beside clients and upstreams: the snapshot file, name servers, Redis, the admin listener, the
// database and the API of an all-in-one start.
const headroom = 64;

/**
 * Whether the process has descriptors left for one more connection. Without this, libuv accepts and closes
 * the connections in the backlog once descriptors have run out, without reporting it (`uv__emfile_trick`).
 */
export class FileDescriptors {
  readonly #lowestFree: () => number | null;

  constructor(private readonly input: FileDescriptorsInput) {
    this.#lowestFree = input.lowestFree ?? lowestFreeDescriptor;
  }

  /** Whether there is room for an accepted client that `clients()` does not count yet. */
  hasRoom(): boolean {
    const { limit, perConnection } = this.input;
    const [clients, joined] = [this.input.clients(), this.input.joined()];
    // The check takes two system calls, too much for every client while the limit is far away.
    if (perConnection * (clients + 1) + headroom <= limit / 2) return true;
    const lowestFree = this.#lowestFree();
    if (lowestFree === null) return false;
    // All descriptors below the lowest free one are in use. More are in use if one in between was released.
    const notJoined = Math.max(0, clients - joined) + 1;
    const used = Math.max(lowestFree, perConnection * joined + notJoined);
    const toCome = (perConnection - 1) * notJoined;
    return used + toCome + headroom <= limit;
  }
}

const reportSchema = z.object({
  userLimits: z.object({ open_files: z.object({ soft: z.union([z.number(), z.literal('unlimited')]) }) }),
});

/** `ulimit -n` of this process, which Node raises to the hard limit; infinite if the system has no limit. */
export function openFilesLimit(): number {
  const report = reportSchema.safeParse(process.report.getReport());
  const soft = report.data?.userLimits.open_files.soft;
  return typeof soft === 'number' ? soft : Infinity;
}

function lowestFreeDescriptor(): number | null {
  try {
    const descriptor = openSync('/dev/null', 'r');
    closeSync(descriptor);
    return descriptor;
  } catch {
    return null;
  }
}
