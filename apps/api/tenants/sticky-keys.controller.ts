import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  rotatedStickyKeySchema,
  rotateStickyKeySchema,
  type RotatedStickyKey,
  type RotateStickyKey,
} from '#libs/contract';
import { Context, type RequestContext } from '../http/request-context.js';
import { Operation } from '../openapi/operation.decorator.js';
import { StickyKeysService } from './sticky-keys.service.js';

@ApiTags('tenants')
@Controller('v1/tenants/:tenant/sticky-key')
export class StickyKeysController {
  constructor(private readonly stickyKeys: StickyKeysService) {}

  @Post('rotate')
  @Operation({
    id: 'rotateStickyKey',
    summary: 'Replace the key that signs the sticky cookies of a tenant',
    description:
      'Cookies signed with the previous key are still accepted, and replaced when their clients connect; a second rotation ends them, or this one with `keepPrevious` false. ' +
      'The key itself is never shown.',
    status: 200,
    answer: rotatedStickyKeySchema,
    path: ['tenant'],
    features: ['body', 'idempotencyKey', 'wait'],
  })
  rotate(
    @Context() context: RequestContext,
    @Param('tenant') tenant: string,
    @Body({ schema: rotateStickyKeySchema }) request: RotateStickyKey,
  ): Promise<RotatedStickyKey> {
    return this.stickyKeys.rotate(context, tenant, request);
  }
}
