import type { ClientAddress, ReadClientAddress } from '#libs/addresses';
import type { UpgradeHeads } from '#libs/engine';
import {
  composeNoUpgrade,
  hasToken,
  type OrdinaryUpgrade,
  type ReceivedHead,
  type RequestHead,
} from '#libs/handshake';
import type { RefusalCode } from '#libs/problem-details';
import type { AcceptedSocket } from './accepted-socket.js';
import { ClientConnection, type ConnectionOwner } from './client-connection.js';
import { ForwardingFields } from './forwarding-fields.js';
import type { PendingSockets } from './pending-sockets.js';
import type { RequestBounds } from './request-bounds.js';
import { ServedRequest } from './served-request.js';
import { ServingConnections } from './serving-connections.js';
import { crowdedAddress, type UpgradeListenerEvents } from './upgrade-listener-options.js';

export interface ListenerRequestsInput {
  events: UpgradeListenerEvents;
  bounds: RequestBounds;
  pending: PendingSockets;
  readClientAddress: ReadClientAddress;
  /** Reads ordinary upgrades in native code; null without an engine. */
  upgradeHeads?: UpgradeHeads | null;
}

/**
 * The requests of HTTP/1 on the connections of a listener. Upgrades are passed on with their sockets,
 * ordinary requests are served if a route forwards them, and all others are refused.
 */
export class ListenerRequests implements ConnectionOwner {
  readonly #serving = new ServingConnections();

  constructor(private readonly input: ListenerRequestsInput) {}

  get upgradeHeads(): UpgradeHeads | null {
    return this.input.upgradeHeads ?? null;
  }

  /** Reads the requests of a client. */
  receive(accepted: AcceptedSocket): ClientConnection {
    const connection = new ClientConnection(accepted, this, this.input.bounds);
    connection.start();
    return connection;
  }

  /** Handles a client whose first request was read. `rest` has the bytes behind it. */
  receiveUpgrade(accepted: AcceptedSocket, request: OrdinaryUpgrade, rest: Buffer): void {
    if (request.headBytes > this.input.bounds.maxHeaderBytes) {
      // The bound does not count the bytes that separate fields.
      this.receive(accepted).onData(Buffer.concat([request.bytes, rest]));
      return;
    }
    const client = this.#clientOf(accepted, request);
    if (this.input.pending.claim(accepted.key, client.clientAddress)) {
      this.#passOn(accepted, client, request, rest);
    } else this.receive(accepted).refuse('connect_rate', crowdedAddress);
  }

  /** Closes the connections that have no request, and may get another one. */
  closeIdle(): void {
    this.#serving.closeIdle();
  }

  onHead(connection: ClientConnection, received: ReceivedHead, rest: Buffer): ServedRequest | null {
    const { http } = this.input.events;
    const { head, upgrade } = received;
    if (upgrade !== null && hasToken(upgrade, 'websocket')) return this.#upgrade(connection, head, rest);
    const matched = http?.match(head) ?? null;
    if (http && matched !== null) {
      connection.leaveServing ??= this.#serving.add(connection);
      const { socket, key } = connection.accepted;
      const { pending } = this.input;
      const client = this.#clientOf(connection.accepted, head);
      return new ServedRequest({ connection, received, matched, client, socket, pending, key, http });
    }
    // The pipeline names what is wrong with an upgrade to another protocol.
    if (upgrade !== null) return this.#upgrade(connection, head, rest);
    this.onRefused('bad_handshake');
    connection.close(composeNoUpgrade(head));
    return null;
  }

  onRefused(code: RefusalCode): void {
    this.input.events.onRefused(code);
  }

  #upgrade(connection: ClientConnection, head: RequestHead, rest: Buffer): null {
    const { accepted } = connection;
    const client = this.#clientOf(accepted, head);
    if (!this.input.pending.claim(accepted.key, client.clientAddress)) {
      connection.refuse('connect_rate', crowdedAddress);
      return null;
    }
    connection.leave();
    this.#passOn(accepted, client, head, rest);
    return null;
  }

  #clientOf({ peerAddress }: AcceptedSocket, head: RequestHead): ClientAddress {
    return this.input.readClientAddress(peerAddress, new ForwardingFields(head));
  }

  #passOn(
    { socket, key }: AcceptedSocket,
    { clientAddress, peerAddress, isTrustedPeer }: ClientAddress,
    head: RequestHead,
    rest: Buffer,
  ): void {
    const { events, pending } = this.input;
    const onAdmitted = (): void => pending.admitted(key);
    const earlyBytes = rest.length === 0 ? nothing : Buffer.from(rest);
    events.onUpgrade({
      head,
      socket,
      earlyBytes,
      onAdmitted,
      clientAddress,
      peerAddress,
      isTrustedPeer,
    });
  }
}

// A connection may keep it for its whole life.
const nothing = Buffer.alloc(0);
