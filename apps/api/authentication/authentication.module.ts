import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ClientAddresses } from '../http/client-addresses.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { Authenticator } from './authenticator.js';
import { FailedAttempts } from './failed-attempts.js';
import { WriteRates } from './write-rates.js';

@Global()
@Module({
  providers: [
    ClientAddresses,
    FailedAttempts,
    Authenticator,
    WriteRates,
    { provide: APP_GUARD, useClass: AuthenticationGuard },
  ],
  exports: [Authenticator, ClientAddresses, WriteRates],
})
export class AuthenticationModule {}
