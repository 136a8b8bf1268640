import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthenticationGuard } from './authentication.guard.js';
import { Authenticator } from './authenticator.js';

@Global()
@Module({
  providers: [Authenticator, { provide: APP_GUARD, useClass: AuthenticationGuard }],
  exports: [Authenticator],
})
export class AuthenticationModule {}
