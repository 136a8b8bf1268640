import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  explainAnswerSchema,
  explainRequestSchema,
  type ExplainAnswer,
  type ExplainRequest,
} from '#libs/contract';
import { ReadsOnly } from '../authentication/authentication.guard.js';
import { Context, type RequestContext } from '../http/request-context.js';
import { Operation } from '../openapi/operation.decorator.js';
import { ExplainService } from './explain.service.js';

@ApiTags('explain')
@Controller('v1/explain')
export class ExplainController {
  constructor(private readonly explanations: ExplainService) {}

  @Post()
  @ReadsOnly()
  @Operation({
    id: 'explain',
    summary: 'Explain what a gateway would decide about a URL, step by step',
    description:
      'A gateway runs the steps of a handshake up to the dial. It takes no slot, rate or ticket, dials nothing, and never shows a secret. ' +
      'The verdict has the status and code that the handshake would get. To the key of a tenant, routes of others match nothing.',
    status: 200,
    answer: explainAnswerSchema,
    path: [],
    features: ['body', 'fleet'],
    problems: ['fleet_incomplete', 'not_found'],
  })
  explain(
    @Context() context: RequestContext,
    @Body({ schema: explainRequestSchema }) body: ExplainRequest,
  ): Promise<ExplainAnswer> {
    return this.explanations.explain(context, body);
  }
}
