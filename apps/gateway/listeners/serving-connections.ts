import type { Release } from '#libs/async';
import type { ClientConnection } from './client-connection.js';

/** The connections that have carried ordinary requests. */
export class ServingConnections {
  // Cells instead of connections, for the reason given at ConnectionPlace in libs/connections.
  readonly #cells = new Set<{ connection: ClientConnection | null }>();

  add(connection: ClientConnection): Release {
    const cell: { connection: ClientConnection | null } = { connection };
    this.#cells.add(cell);
    return () => {
      cell.connection = null;
      this.#cells.delete(cell);
    };
  }

  /** Closes the connections that have no request, and may get another one. */
  closeIdle(): void {
    for (const { connection } of this.#cells) connection?.closeIfIdle();
  }
}
