import type { Duplex } from 'node:stream';

/** The open sockets, to count them and to destroy them together. */
export class OpenSockets {
  // Cells instead of sockets, for the reason given at ConnectionPlace in libs/connections.
  readonly #cells = new Set<{ socket: Duplex | null }>();

  get size(): number {
    return this.#cells.size;
  }

  /** Adds a socket until it closes. */
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
