import { Module } from '@nestjs/common';
import { AllApiKeysController } from './all-api-keys.controller.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysService } from './api-keys.service.js';
import { KeyUseRecorder } from './key-use-recorder.js';
import { TicketsController } from './tickets.controller.js';
import { TicketsService } from './tickets.service.js';
import { VerifyKeyController } from './verify-key.controller.js';
import { VerifyKeyService } from './verify-key.service.js';

@Module({
  controllers: [AllApiKeysController, ApiKeysController, TicketsController, VerifyKeyController],
  providers: [ApiKeysService, TicketsService, KeyUseRecorder, VerifyKeyService],
})
export class ApiKeysModule {}
