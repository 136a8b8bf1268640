import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { patchSchemaOf } from '#libs/contract';
import { rotateRequestSchema, type RotateRequest } from '../api-keys/rotate-request.js';
import { pageQuerySchema, pageSchemaOf, type Page, type PageQuery } from '../http/page.js';
import { withReadOnlyFields } from '../http/read-only-fields.js';
import { Context, type RequestContext } from '../http/request-context.js';
import { mergePatchDescription, Operation } from '../openapi/operation.decorator.js';
import {
  issuedOperatorSchema,
  operatorCreateSchema,
  operatorSchema,
  type IssuedOperator,
  type Operator,
  type OperatorCreate,
} from './operator.js';
import { OperatorsService } from './operators.service.js';

const operatorPatchSchema = withReadOnlyFields(patchSchemaOf(operatorCreateSchema), operatorSchema).meta({
  id: 'OperatorPatch',
});
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

  @Patch(':operator')
  @Operation({
    id: 'updateOperator',
    summary: 'Change the name or the role of an operator; with another role its WebSockets close',
    description: mergePatchDescription,
    status: 200,
    answer: operatorSchema,
    path: ['operator'],
    features: ['patch', 'ifMatch'],
    problems: ['operator_revoked'],
  })
  update(
    @Context() context: RequestContext,
    @Param('operator') id: string,
    @Body({ schema: operatorPatchSchema }) patch: Record<string, unknown>,
  ): Promise<Operator> {
    return this.operators.update(context, id, patch);
  }

  @Post(':operator/rotate')
  @Operation({
    id: 'rotateOperator',
    summary: 'Replace the token of an operator; the previous one expires at once, or after a grace period',
    status: 200,
    answer: issuedOperatorSchema,
    path: ['operator'],
    features: ['body', 'ifMatch', 'idempotencyKey'],
    problems: ['key_shown_once', 'operator_revoked'],
  })
  rotate(
    @Body({ schema: rotateRequestSchema }) body: RotateRequest,
    @Context() context: RequestContext,
    @Param('operator') id: string,
  ): Promise<IssuedOperator> {
    return this.operators.rotate(context, id, body);
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
