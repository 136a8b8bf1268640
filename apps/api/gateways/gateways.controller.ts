import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { gatewaySchema, type Gateway } from '#libs/contract';
import { pageQuerySchema, pageSchemaOf, type Page, type PageQuery } from '../http/page.js';
import { Context, type RequestContext } from '../http/request-context.js';
import { Operation } from '../openapi/operation.decorator.js';
import { drainRequestSchema, type DrainRequest } from './drain-request.js';
import { GatewaysService } from './gateways.service.js';

const gatewayPageSchema = pageSchemaOf(gatewaySchema, 'GatewayPage');

@ApiTags('gateways')
@Controller('v1/gateways')
export class GatewaysController {
  constructor(private readonly gateways: GatewaysService) {}

  @Get()
  @Operation({
    id: 'listGateways',
    summary: 'List gateways, oldest first, including those that sent no heartbeat for up to an hour',
    status: 200,
    answer: gatewayPageSchema,
    path: [],
    features: ['page', 'fleet'],
  })
  list(
    @Context() context: RequestContext,
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<Gateway>> {
    return this.gateways.list(context, page);
  }

  @Get(':gateway')
  @Operation({
    id: 'getGateway',
    summary: 'Read a gateway, with the progress of its drain',
    status: 200,
    answer: gatewaySchema,
    path: ['gateway'],
    features: ['fleet'],
  })
  get(@Context() context: RequestContext, @Param('gateway') id: string): Promise<Gateway> {
    return this.gateways.get(context, id);
  }

  @Post(':gateway/drain')
  @Operation({
    id: 'drainGateway',
    summary: 'Drain a gateway: it refuses new connections and closes the live ones, spread over a period',
    description:
      'Answers with the progress. A gateway that is draining keeps its period, unless the new one ends sooner.',
    status: 202,
    answer: gatewaySchema,
    path: ['gateway'],
    features: ['body', 'fleet', 'idempotencyKey'],
    problems: ['fleet_incomplete'],
  })
  drain(
    @Context() context: RequestContext,
    @Param('gateway') id: string,
    @Body({ schema: drainRequestSchema }) request: DrainRequest,
  ): Promise<Gateway> {
    return this.gateways.drain(context, id, request);
  }

  @Delete(':gateway/drain')
  @Operation({
    id: 'undrainGateway',
    summary: 'Take a drain back: the gateway accepts connections again',
    description:
      'Connections that the drain has closed stay closed. All workers of one command drain together, and return together. ' +
      'Does nothing to a gateway that is not draining.',
    status: 200,
    answer: gatewaySchema,
    path: ['gateway'],
    features: ['fleet'],
    problems: ['fleet_incomplete', 'gateway_stopping', 'write_rate'],
  })
  undrain(@Context() context: RequestContext, @Param('gateway') id: string): Promise<Gateway> {
    return this.gateways.undrain(context, id);
  }
}
