import { Module } from '@nestjs/common';
import { AllApiKeysController } from './all-api-keys.controller.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysService } from './api-keys.service.js';
import { KeyUseRecorder } from './key-use-recorder.js';
import { TicketsController } from './tickets.controller.js';
import { TicketsService } from './tickets.service.js';

@Module({
  controllers: [AllApiKeysController, ApiKeysController, TicketsController],
  providers: [ApiKeysService, TicketsService, KeyUseRecorder],
})
export class ApiKeysModule {}
