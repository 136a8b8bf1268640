import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthenticationGuard } from './authentication.guard.js';
import { Authenticator } from './authenticator.js';
import { FailedAttempts } from './failed-attempts.js';

@Global()
@Module({
  providers: [FailedAttempts, Authenticator, { provide: APP_GUARD, useClass: AuthenticationGuard }],
  exports: [Authenticator],
})
export class AuthenticationModule {}
