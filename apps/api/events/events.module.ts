import { Module } from '@nestjs/common';
import { ApiMetrics } from '../metrics/api-metrics.js';
import { EventReplay } from './event-replay.js';
import { EventsAdmission } from './events-admission.js';
import { EventsController } from './events.controller.js';
import { EventsGateway } from './events.gateway.js';

@Module({
  controllers: [EventsController],
  providers: [EventReplay, EventsAdmission, EventsGateway],
})
export class EventsModule {
  constructor(metrics: ApiMetrics, events: EventsGateway) {
    metrics.addGauge('sluice_events_subscribers', 'Clients of /v1/events', () => events.subscriberCount);
  }
}
