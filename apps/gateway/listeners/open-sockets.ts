import type { Socket } from 'node:net';

/** The sockets that are open: to be counted, and to be destroyed together. */
export class OpenSockets {
  // Cells in place of sockets; ConnectionCell in libs/connections says why.
  readonly #cells = new Set<{ socket: Socket | null }>();

  get size(): number {
    return this.#cells.size;
  }

  /** Keeps the socket until it closes. */
  add(socket: Socket): void {
    const cell: { socket: Socket | null } = { socket };
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
