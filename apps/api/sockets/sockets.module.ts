import { Global, Module } from '@nestjs/common';
import { SocketGuard } from './socket-guard.js';

@Global()
@Module({ providers: [SocketGuard], exports: [SocketGuard] })
export class SocketsModule {}
