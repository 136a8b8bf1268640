import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../http/page.js';
import { Context, type RequestContext } from '../http/request-context.js';
import { Operation } from '../openapi/operation.decorator.js';
import { auditPageSchema, auditQuerySchema, type AuditQuery, type ShownAuditEntry } from './audit-query.js';
import { AuditService } from './audit.service.js';

@ApiTags('audit')
@Controller('v1/audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @Operation({
    id: 'listAudit',
    summary: 'List audit entries, newest first; a tenant sees the entries about its own resources',
    status: 200,
    answer: auditPageSchema,
    path: [],
    features: ['page'],
    problems: ['not_found'],
  })
  list(
    @Context() context: RequestContext,
    @Query({ schema: auditQuerySchema }) query: AuditQuery,
  ): Promise<Page<ShownAuditEntry>> {
    return this.audit.list(context, query);
  }
}
