import type { ParsedUrlQuery } from 'node:querystring';
import type { Type } from '@nestjs/common';
import type { RequestContext } from '../http/request-context.js';

/** A request to open a WebSocket, from somebody who is known. */
export interface SocketOpening {
  context: Pick<RequestContext, 'principal' | 'clientAddress'>;
  /** What stands in the path where the template has a name. */
  parameters: Readonly<Record<string, string>>;
  query: ParsedUrlQuery;
  /** Aborted once the client's socket has closed, before or after it became a WebSocket. */
  gone: AbortSignal;
}

/** Decides on an opening before it is answered, while a refusal can still be an ordinary HTTP answer. */
export interface SocketAdmission<Admitted = unknown> {
  /**
   * What the gateway's `handleConnection` is given beside the socket. Throws a `ProblemError` to refuse. What it acquires
   * must be given back when the opening is `gone`: the client may leave before there is a WebSocket.
   */
  admit(opening: SocketOpening): Promise<Admitted>;
}

/** What `@WebSocketGateway` is given in this application. */
export interface SocketOptions {
  /** The path, with names like `:connection` in it. */
  path: string;
  /** The subprotocol that is spoken; a browser offers it beside the one that carries its token. */
  subprotocol: string;
  admission: Type<SocketAdmission>;
}
