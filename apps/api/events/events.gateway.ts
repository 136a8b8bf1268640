import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import type { Release } from '#libs/async';
import { FleetEvents } from '../fleet/fleet-events.js';
import type { Principal } from '../http/principal.js';
import { CommittedChanges } from '../publishing/committed-changes.js';
import type { SocketOptions } from '../sockets/socket-admission.js';
import { SocketGuard } from '../sockets/socket-guard.js';
import { EventSubscriber } from './event-subscriber.js';
import { EventsAdmission } from './events-admission.js';
import { changeEvents, fleetEvent, type StreamEvent } from './stream-event.js';

/** `/v1/events`: streams committed changes and gateway events to all clients that may see them. */
@WebSocketGateway<SocketOptions>({
  path: '/v1/events',
  subprotocol: 'sluice.events',
  admission: EventsAdmission,
})
export class EventsGateway implements OnGatewayConnection, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #subscribers = new Set<EventSubscriber>();
  #unsubscribeFromCommits: Release = () => undefined;
  // Gateways send many events, so this subscribes to them only while there are clients.
  #unsubscribeFromFleet: Release | null = null;

  constructor(
    private readonly committed: CommittedChanges,
    private readonly fleet: FleetEvents,
    private readonly guard: SocketGuard,
  ) {}

  get subscriberCount(): number {
    return this.#subscribers.size;
  }

  onApplicationBootstrap(): void {
    this.#unsubscribeFromCommits = this.committed.subscribe((change) => {
      if (this.#subscribers.size === 0) return;
      for (const event of changeEvents(change)) this.#publish(event);
    });
  }

  handleConnection(socket: WebSocket, principal: Principal): void {
    const subscriber = new EventSubscriber(socket, principal);
    this.#subscribers.add(subscriber);
    this.guard.guard(socket, principal, 'read');
    this.#unsubscribeFromFleet ??= this.fleet.keepListening((event) => this.#publish(fleetEvent(event)));
    socket.once('close', () => {
      this.#subscribers.delete(subscriber);
      if (this.#subscribers.size === 0) this.#ignoreFleet();
    });
  }

  beforeApplicationShutdown(): void {
    this.#unsubscribeFromCommits();
    this.#ignoreFleet();
  }

  #publish(event: StreamEvent | null): void {
    if (event === null || this.#subscribers.size === 0) return;
    const text = JSON.stringify(event.message);
    for (const subscriber of this.#subscribers) subscriber.publish(event.tenantId, text);
  }

  #ignoreFleet(): void {
    this.#unsubscribeFromFleet?.();
    this.#unsubscribeFromFleet = null;
  }
}
