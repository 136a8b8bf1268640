import type { Duplex } from 'node:stream';

/** The sockets that are open: to be counted, and to be destroyed together. */
export class OpenSockets {
  // Cells in place of sockets; ConnectionCell in libs/connections says why.
  readonly #cells = new Set<{ socket: Duplex | null }>();

  get size(): number {
    return this.#cells.size;
  }

  /** Keeps the socket until it closes. */
  add(socket: Duplex): void {
    const cell: { socket: Duplex | null } = { socket };
    this.#cells.add(cell);
    socket.on('close', () => {
      cell.socket = null;
      this.#cells.delete(cell);
    });
  }

  destroyAll(): void {
    for (const { socket } of this.#cells) socket?.destroy();
  }
}
