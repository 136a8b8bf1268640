import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { connectionSchema, type Connection } from '#libs/contract';
import { Context, type RequestContext } from '../http/request-context.js';
import { Operation } from '../openapi/operation.decorator.js';
import {
  closedPageSchema,
  closeOutcomeSchema,
  connectionCountsSchema,
  connectionPageSchema,
  type ClosedPage,
  type CloseOutcome,
  type ConnectionCounts,
  type ConnectionPage,
} from './connection-answers.js';
import {
  closedListQuerySchema,
  closeManyQuerySchema,
  closeOneQuerySchema,
  connectionCountsQuerySchema,
  connectionListQuerySchema,
  type ClosedListQuery,
  type CloseManyQuery,
  type CloseOneQuery,
  type ConnectionCountsQuery,
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
    summary: 'List live connections across all gateways, oldest first or in another order',
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

  @Get('counts')
  @Operation({
    id: 'countConnections',
    summary:
      'Count live connections by tenant, route, key, upstream or client address, the largest groups first',
    description: 'Asks every gateway. Filters are those of the list.',
    status: 200,
    answer: connectionCountsSchema,
    path: [],
    features: ['query', 'fleet'],
    problems: ['not_found'],
  })
  counts(
    @Context() context: RequestContext,
    @Query({ schema: connectionCountsQuerySchema }) query: ConnectionCountsQuery,
  ): Promise<ConnectionCounts> {
    return this.connections.counts(context, query);
  }

  @Get('closed')
  @Operation({
    id: 'listClosedConnections',
    summary: 'List connections that have ended, newest first: who ended them, with which code and reason',
    description:
      'Each gateway, and each worker, keeps its last 1,000 in memory; they are gone when it stops. ' +
      'Those that do not answer within a second are listed in `silentGateways`.',
    status: 200,
    answer: closedPageSchema,
    path: [],
    features: ['page', 'fleet'],
    problems: ['not_found'],
  })
  closed(
    @Context() context: RequestContext,
    @Query({ schema: closedListQuerySchema }) query: ClosedListQuery,
  ): Promise<ClosedPage> {
    return this.connections.closed(context, query);
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
