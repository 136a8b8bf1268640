import type { IncomingMessage } from 'node:http';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import type { Release } from '#libs/config-bus';
import { CommittedChanges } from '../publishing/committed-changes.js';
import { EventSubscriber } from './event-subscriber.js';
import { EventsAdmission } from './events-admission.js';

const checkEveryMs = 30_000;

/** `/v1/events`: streams every committed change to who may see it. */
@WebSocketGateway({ path: '/v1/events' })
export class EventsGateway implements OnGatewayConnection, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly subscribers = new Set<EventSubscriber>();
  private readonly releases: Release[] = [];

  constructor(
    private readonly committed: CommittedChanges,
    private readonly admission: EventsAdmission,
  ) {}

  get subscriberCount(): number {
    return this.subscribers.size;
  }

  onApplicationBootstrap(): void {
    const timer = setInterval(() => {
      for (const subscriber of this.subscribers) subscriber.check();
    }, checkEveryMs);
    this.releases.push(
      () => clearInterval(timer),
      this.committed.subscribe((change) => {
        for (const subscriber of this.subscribers) subscriber.tell(change);
      }),
    );
  }

  handleConnection(socket: WebSocket, request: IncomingMessage): void {
    const principal = this.admission.principalOf(request);
    if (principal === null) {
      socket.close(1008, 'not authenticated');
      return;
    }
    const subscriber = new EventSubscriber(socket, principal);
    this.subscribers.add(subscriber);
    socket.on('close', () => this.subscribers.delete(subscriber));
  }

  beforeApplicationShutdown(): void {
    for (const release of this.releases.splice(0)) release();
    for (const subscriber of this.subscribers) subscriber.close(1001, 'API stops');
  }
}
