import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { keyVerificationSchema, keyVerifySchema, type KeyVerification, type KeyVerify } from '#libs/contract';
import { ReadsOnly } from '../authentication/authentication.guard.js';
import { Context, type RequestContext } from '../http/request-context.js';
import { Operation } from '../openapi/operation.decorator.js';
import { VerifyKeyService } from './verify-key.service.js';

@ApiTags('api-keys')
@Controller('v1/api-keys/verify')
export class VerifyKeyController {
  constructor(private readonly verification: VerifyKeyService) {}

  @Post()
  @ReadsOnly()
  @Operation({
    id: 'verifyApiKey',
    summary: 'Verify an API key, and whether it may open connections on a route from an origin',
    description:
      'Unknown, revoked and mistyped keys are `key_invalid`, and so are keys of other tenants if the key of a tenant asks. ' +
      'After 20 invalid keys from one address within a minute, only keys that were valid before are looked up until the minute is over. ' +
      'The key is neither logged nor audited.',
    status: 200,
    answer: keyVerificationSchema,
    path: [],
    features: ['body', 'fleet'],
  })
  verify(
    @Context() context: RequestContext,
    @Body({ schema: keyVerifySchema }) body: KeyVerify,
  ): Promise<KeyVerification> {
    return this.verification.verify(context, body);
  }
}
