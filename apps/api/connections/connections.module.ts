import { Module } from '@nestjs/common';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsService } from './connections.service.js';
import { LiveConnections } from './live-connections.js';

@Module({
  controllers: [ConnectionsController],
  providers: [ConnectionsService, LiveConnections],
  exports: [LiveConnections],
})
export class ConnectionsModule {}
