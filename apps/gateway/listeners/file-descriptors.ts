import { closeSync, openSync } from 'node:fs';
import { z } from 'zod';

export interface FileDescriptorsInput {
  /** How many files and sockets the process may have open. */
  limit: number;
  /** How many a connection takes: its client's and its upstream's, and one more where the upstream is in this process. */
  perConnection: number;
  /** Sockets of clients that are open, joined or not. */
  clients(): number;
  /** Clients that are joined, so that all sockets of their connections are open. */
  joined(): number;
  /** The lowest descriptor that is free; null where none is. */
  lowestFree?: () => number | null;
}

// For files beside clients and upstreams: the snapshot file, name servers, Redis, the admin listener, the
// database and the API of an all-in-one start.
const headroom = 64;

/**
 * Whether the process has descriptors left for one more connection. Without this, libuv accepts and closes
 * what waits in the backlog once descriptors have run out, and reports nothing (`uv__emfile_trick`).
 */
export class FileDescriptors {
  readonly #lowestFree: () => number | null;

  constructor(private readonly input: FileDescriptorsInput) {
    this.#lowestFree = input.lowestFree ?? lowestFreeDescriptor;
  }

  /** For a client that was accepted and is not counted in `clients()` yet. */
  hasRoom(): boolean {
    const { limit, perConnection } = this.input;
    const [clients, joined] = [this.input.clients(), this.input.joined()];
    // Looking costs two system calls, which is too much for every client while the limit is far away.
    if (perConnection * (clients + 1) + headroom <= limit / 2) return true;
    const lowestFree = this.#lowestFree();
    if (lowestFree === null) return false;
    // All below the lowest free one are taken; there are more where one in between was given back.
    const notJoined = Math.max(0, clients - joined) + 1;
    const used = Math.max(lowestFree, perConnection * joined + notJoined);
    const toCome = (perConnection - 1) * notJoined;
    return used + toCome + headroom <= limit;
  }
}

const reportSchema = z.object({
  userLimits: z.object({ open_files: z.object({ soft: z.union([z.number(), z.literal('unlimited')]) }) }),
});

/** `ulimit -n` of this process, which Node raises as far as it may; infinite where the system has none. */
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
