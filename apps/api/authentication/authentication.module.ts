import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ClientAddresses } from '../http/client-addresses.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { Authenticator } from './authenticator.js';
import { FailedAttempts } from './failed-attempts.js';
import { PresentedCredential } from './presented-credential.js';
import { SessionCookie } from './session-cookie.js';
import { WriteRates } from './write-rates.js';

@Global()
@Module({
  providers: [
    ClientAddresses,
    FailedAttempts,
    Authenticator,
    SessionCookie,
    PresentedCredential,
    WriteRates,
    { provide: APP_GUARD, useClass: AuthenticationGuard },
  ],
  exports: [Authenticator, ClientAddresses, PresentedCredential, SessionCookie, WriteRates],
})
export class AuthenticationModule {}
