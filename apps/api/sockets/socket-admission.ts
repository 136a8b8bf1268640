import type { ParsedUrlQuery } from 'node:querystring';
import type { Type } from '@nestjs/common';
import type { RequestContext } from '../http/request-context.js';

/** An authenticated request to open a WebSocket. */
export interface SocketOpening {
  context: Pick<RequestContext, 'principal' | 'clientAddress' | 'requestId'>;
  /** The parameters of the path. */
  parameters: Readonly<Record<string, string>>;
  query: ParsedUrlQuery;
  /** Aborted once the client's socket has closed, before or after the upgrade. */
  gone: AbortSignal;
}

/**
 * Decides on an upgrade before it is answered, while it can still be refused with an ordinary HTTP response.
 */
export interface SocketAdmission<Admitted = unknown> {
  /**
   * Returns the second argument of the gateway's `handleConnection`. Throws a `ProblemError` to refuse. Must
   * release what it acquires when `gone` is aborted: the client may disconnect before the upgrade.
   */
  admit(opening: SocketOpening): Promise<Admitted>;
}

/** The options of `@WebSocketGateway` in this application. */
export interface SocketOptions {
  /** The path, with parameters like `:connection`. */
  path: string;
  /** The subprotocol of the endpoint; a browser offers it beside the one that carries its token. */
  subprotocol: string;
  admission: Type<SocketAdmission>;
  /** The largest message of a client; default: 1,024, for sockets on which clients send nothing. */
  maxMessageBytes?: number;
}
