import { Global, Module } from '@nestjs/common';
import { FleetClient } from './fleet-client.js';
import { FleetEvents } from './fleet-events.js';

@Global()
@Module({ providers: [FleetEvents, FleetClient], exports: [FleetEvents, FleetClient] })
export class FleetModule {}
