import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { pageQuerySchema, pageSchemaOf, type Page, type PageQuery } from '../http/page.js';
import { Context, type RequestContext } from '../http/request-context.js';
import { Operation } from '../openapi/operation.decorator.js';
import {
  issuedOperatorSchema,
  operatorCreateSchema,
  operatorSchema,
  type IssuedOperator,
  type Operator,
  type OperatorCreate,
} from './operator.js';
import { OperatorsService } from './operators.service.js';

const operatorPageSchema = pageSchemaOf(operatorSchema, 'OperatorPage');

@ApiTags('operators')
@Controller('v1/operators')
export class OperatorsController {
  constructor(private readonly operators: OperatorsService) {}

  @Post()
  @Operation({
    id: 'createOperator',
    summary: 'Create an operator; only this answer shows its token',
    status: 201,
    answer: issuedOperatorSchema,
    path: [],
    features: ['body', 'idempotencyKey'],
    problems: ['key_shown_once'],
  })
  create(
    @Context() context: RequestContext,
    @Body({ schema: operatorCreateSchema }) body: OperatorCreate,
  ): Promise<IssuedOperator> {
    return this.operators.create(context, body);
  }

  @Get()
  @Operation({
    id: 'listOperators',
    summary: 'List operators, oldest first, revoked ones included',
    status: 200,
    answer: operatorPageSchema,
    path: [],
    features: ['page'],
  })
  list(
    @Context() context: RequestContext,
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<Operator>> {
    return this.operators.list(context, page);
  }

  @Get(':operator')
  @Operation({
    id: 'getOperator',
    summary: 'Read an operator, without its token',
    status: 200,
    answer: operatorSchema,
    path: ['operator'],
    features: ['ifNoneMatch'],
  })
  get(@Context() context: RequestContext, @Param('operator') id: string): Promise<Operator> {
    return this.operators.get(context, id);
  }

  @Delete(':operator')
  @Operation({
    id: 'revokeOperator',
    summary: 'Revoke an operator’s token at once, and close its WebSockets; it stays listed',
    status: 204,
    path: ['operator'],
    features: ['ifMatch'],
  })
  revoke(@Context() context: RequestContext, @Param('operator') id: string): Promise<void> {
    return this.operators.revoke(context, id);
  }
}
