import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { connectionSchema, type Connection } from '#libs/contract';
import { Context, type RequestContext } from '../http/request-context.js';
import { Operation } from '../openapi/operation.decorator.js';
import {
  closeOutcomeSchema,
  connectionPageSchema,
  type CloseOutcome,
  type ConnectionPage,
} from './connection-answers.js';
import {
  closeManyQuerySchema,
  closeOneQuerySchema,
  connectionListQuerySchema,
  type CloseManyQuery,
  type CloseOneQuery,
  type ConnectionListQuery,
} from './connection-query.js';
import { ConnectionsService } from './connections.service.js';

@ApiTags('connections')
@Controller('v1/connections')
export class ConnectionsController {
  constructor(private readonly connections: ConnectionsService) {}

  @Get()
  @Operation({
    id: 'listConnections',
    summary: 'List live connections across all gateways, oldest first',
    description:
      'Asks every gateway. Those that do not answer within a second are listed in `silentGateways`.',
    status: 200,
    answer: connectionPageSchema,
    path: [],
    features: ['page', 'fleet'],
    problems: ['not_found'],
  })
  list(
    @Context() context: RequestContext,
    @Query({ schema: connectionListQuerySchema }) query: ConnectionListQuery,
  ): Promise<ConnectionPage> {
    return this.connections.list(context, query);
  }

  @Get(':connection')
  @Operation({
    id: 'getConnection',
    summary: 'Read a live connection',
    status: 200,
    answer: connectionSchema,
    path: ['connection'],
    features: ['fleet'],
    problems: ['fleet_incomplete'],
  })
  get(@Context() context: RequestContext, @Param('connection') id: string): Promise<Connection> {
    return this.connections.get(context, id);
  }

  @Delete()
  @Operation({
    id: 'closeConnections',
    summary: 'Close the live connections that match a filter; the answer comes before they are closed',
    description: 'Needs at least one filter, or `all=true`. Clients may reconnect at once.',
    status: 200,
    answer: closeOutcomeSchema,
    path: [],
    features: ['query', 'fleet'],
    problems: ['not_found'],
  })
  closeMany(
    @Context() context: RequestContext,
    @Query({ schema: closeManyQuerySchema }) query: CloseManyQuery,
  ): Promise<CloseOutcome> {
    return this.connections.closeMany(context, query);
  }

  @Delete(':connection')
  @Operation({
    id: 'closeConnection',
    summary: 'Close a live connection',
    status: 200,
    answer: closeOutcomeSchema,
    path: ['connection'],
    features: ['query', 'fleet'],
    problems: ['fleet_incomplete'],
  })
  closeOne(
    @Context() context: RequestContext,
    @Param('connection') id: string,
    @Query({ schema: closeOneQuerySchema }) query: CloseOneQuery,
  ): Promise<CloseOutcome> {
    return this.connections.closeOne(context, id, query);
  }
}
