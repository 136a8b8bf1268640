import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import type { Release } from '#libs/config-bus';
import type { Principal } from '../authentication/principal.js';
import { FleetEvents } from '../fleet/fleet-events.js';
import { CommittedChanges } from '../publishing/committed-changes.js';
import type { SocketOptions } from '../sockets/socket-admission.js';
import { SocketGuard } from '../sockets/socket-guard.js';
import { EventSubscriber } from './event-subscriber.js';
import { EventsAdmission } from './events-admission.js';
import { toldChange, toldFleetEvent, type ToldEvent } from './told-event.js';

/** `/v1/events`: streams what is committed, and what gateways tell, to who may see it. */
@WebSocketGateway<SocketOptions>({
  path: '/v1/events',
  subprotocol: 'sluice.events',
  admission: EventsAdmission,
})
export class EventsGateway implements OnGatewayConnection, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly subscribers = new Set<EventSubscriber>();
  private stopHearingCommits: Release = () => undefined;
  // Gateways tell a lot, so they are listened to only while somebody is there to be told.
  private stopHearingFleet: Release | null = null;

  constructor(
    private readonly committed: CommittedChanges,
    private readonly fleet: FleetEvents,
    private readonly guard: SocketGuard,
  ) {}

  get subscriberCount(): number {
    return this.subscribers.size;
  }

  onApplicationBootstrap(): void {
    this.stopHearingCommits = this.committed.subscribe((change) => this.tell(toldChange(change)));
  }

  handleConnection(socket: WebSocket, principal: Principal): void {
    const subscriber = new EventSubscriber(socket, principal);
    this.subscribers.add(subscriber);
    this.guard.guard(socket, principal, 'read');
    this.stopHearingFleet ??= this.fleet.keepListening((event) => this.tell(toldFleetEvent(event)));
    socket.once('close', () => {
      this.subscribers.delete(subscriber);
      if (this.subscribers.size === 0) this.ignoreFleet();
    });
  }

  beforeApplicationShutdown(): void {
    this.stopHearingCommits();
    this.ignoreFleet();
  }

  private tell(event: ToldEvent | null): void {
    if (event === null || this.subscribers.size === 0) return;
    const text = JSON.stringify(event.message);
    for (const subscriber of this.subscribers) subscriber.tell(event.tenantId, text);
  }

  private ignoreFleet(): void {
    this.stopHearingFleet?.();
    this.stopHearingFleet = null;
  }
}
