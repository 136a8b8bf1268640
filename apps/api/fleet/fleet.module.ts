import { Global, Module } from '@nestjs/common';
import { FleetEvents } from './fleet-events.js';
import { FleetInquiry } from './fleet-inquiry.js';

@Global()
@Module({ providers: [FleetEvents, FleetInquiry], exports: [FleetEvents, FleetInquiry] })
export class FleetModule {}
