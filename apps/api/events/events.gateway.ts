import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import type { Release } from '#libs/async';
import { FleetEvents } from '../fleet/fleet-events.js';
import { CommittedChanges } from '../publishing/committed-changes.js';
import type { SocketOptions } from '../sockets/socket-admission.js';
import { SocketGuard } from '../sockets/socket-guard.js';
import { EventReplay } from './event-replay.js';
import { EventSubscriber } from './event-subscriber.js';
import { EventsAdmission, type AdmittedListener } from './events-admission.js';
import { changeEvents, fleetEvent, type StreamEvent } from './stream-event.js';

/** `/v1/events`: streams committed changes and gateway events to all clients that may see them. */
@WebSocketGateway<SocketOptions>({
  path: '/v1/events',
  subprotocol: 'sluice.events',
  admission: EventsAdmission,
})
export class EventsGateway implements OnGatewayConnection, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #subscribers = new Set<EventSubscriber>();
  /** The live subscribers, each with the newest revision that it got before. */
  readonly #live = new Map<EventSubscriber, number>();
  #unsubscribeFromCommits: Release = () => undefined;
  // Gateways send many events, so this subscribes to them only while there are clients.
  #unsubscribeFromFleet: Release | null = null;

  constructor(
    private readonly committed: CommittedChanges,
    private readonly replay: EventReplay,
    private readonly fleet: FleetEvents,
    private readonly guard: SocketGuard,
  ) {}

  get subscriberCount(): number {
    return this.#subscribers.size;
  }

  onApplicationBootstrap(): void {
    this.#unsubscribeFromCommits = this.committed.subscribe((change) => {
      if (this.#live.size === 0) return;
      for (const event of changeEvents(change, this.committed.epoch)) this.#publish(event, change.revision);
    });
  }

  handleConnection(socket: WebSocket, { principal, since }: AdmittedListener): void {
    const subscriber = new EventSubscriber(socket, principal);
    this.#subscribers.add(subscriber);
    if (since === null) this.#begin(subscriber, 0);
    this.guard.guard(socket, principal, 'read');
    socket.once('close', () => {
      this.#subscribers.delete(subscriber);
      this.#live.delete(subscriber);
      if (this.#live.size === 0) this.#ignoreFleet();
    });
    if (since === null) return;
    void this.replay.run(subscriber, principal, since, (revision) => {
      const { epoch } = this.committed;
      subscriber.send(JSON.stringify({ type: 'live', epoch, revision }));
      this.#begin(subscriber, revision);
    });
  }

  beforeApplicationShutdown(): void {
    this.#unsubscribeFromCommits();
    this.#ignoreFleet();
  }

  #begin(subscriber: EventSubscriber, revision: number): void {
    this.#live.set(subscriber, revision);
    this.#unsubscribeFromFleet ??= this.fleet.keepListening((event) => this.#publish(fleetEvent(event)));
  }

  #publish(event: StreamEvent | null, revision = Number.POSITIVE_INFINITY): void {
    if (event === null || this.#live.size === 0) return;
    const text = JSON.stringify(event.message);
    for (const [subscriber, sent] of this.#live) {
      if (revision > sent) subscriber.publish(event.tenantId, text);
    }
  }

  #ignoreFleet(): void {
    this.#unsubscribeFromFleet?.();
    this.#unsubscribeFromFleet = null;
  }
}
