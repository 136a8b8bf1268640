import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { hasFormOfId } from '#libs/contract';
import { Database } from '../database/database.js';
import { requireTag } from '../http/etag.js';
import { canSeeTenant, isPlatformOperator, type Principal } from '../http/principal.js';
import { notFound } from '../http/references.js';
import type { RequestContext } from '../http/request-context.js';
import { isEmpty, rowsAfter, type ConfigurationPlan, type ConfigurationRows } from '../plans/plan.js';
import { PlanWriter, revisionOf, type PlanAtRevision } from '../plans/plan-writer.js';
import { readConfigurationRows } from '../plans/read-rows.js';
import { requireDocuments, requirePlanAllowed, requireTenantOfScope } from './configuration-access.js';
import { differenceOf, type ConfigurationDifference } from './configuration-difference.js';
import type { ConfigurationDocument } from './configuration-document.js';
import type { ReplaceQuery, ScopeQuery } from './configuration-query.js';
import { RowsByScope, scopeOf, type ConfigurationScope } from './configuration-scope.js';
import { documentOf } from './document-of-rows.js';
import { requireConsistent } from './document-rules.js';
import { documentTag } from './document-tag.js';
import { documentWarnings } from './document-warnings.js';
import { planDocument } from './plan-document.js';
import { refuseUnconfirmedDeletion } from './refuse-unconfirmed-deletion.js';
import { scopedDocument } from './scoped-document.js';

/** An answer, with the entity tag and the revision of the configuration after it. */
export interface ConfigurationAnswer<Answer> {
  answer: Answer;
  entityTag: string;
  revision: number;
}

/** The plan of a document, and the rows for which it was made. */
interface DocumentPlan extends PlanAtRevision {
  rows: ConfigurationRows;
}

type DocumentMaker = (rows: ConfigurationRows) => ConfigurationDocument | Promise<ConfigurationDocument>;

/** The whole configuration, read and written as one document. */
@Injectable()
export class ConfigurationService {
  constructor(
    private readonly database: Database,
    private readonly plans: PlanWriter,
  ) {}

  async read(
    { principal }: RequestContext,
    query: ScopeQuery,
  ): Promise<ConfigurationAnswer<ConfigurationDocument>> {
    requireDocuments(principal, query.tenant, 'read the whole configuration');
    const { rows, revision } = await this.database.readConsistently(async (manager) => ({
      rows: await readConfigurationRows(manager),
      revision: await revisionOf(manager),
    }));
    const scope = scopeOf(query);
    if (scope !== null) requireTenantOfScope(principal, rows, scope);
    const answer = await documentOf(shownRows(rows, scope));
    return { answer, entityTag: await documentTag(answer), revision };
  }

  /**
   * Replaces the configuration in one transaction. A dry run answers as the call itself would, and writes
   * nothing.
   */
  async replace(
    context: RequestContext,
    document: ConfigurationDocument,
    query: ReplaceQuery,
  ): Promise<ConfigurationAnswer<ConfigurationDifference>> {
    requireDocuments(context.principal, query.tenant, 'replace the whole configuration');
    await requireConsistent(document);
    return this.change(context, () => document, query);
  }

  /**
   * Replaces the configuration with the document that `documentFrom` derives from it, in one transaction.
   * It may be called twice. The document has to be consistent.
   */
  async change(
    context: RequestContext,
    documentFrom: DocumentMaker,
    { dryRun, deleteTenants, ...query }: ReplaceQuery,
  ): Promise<ConfigurationAnswer<ConfigurationDifference>> {
    const scope = scopeOf(query);
    const planner = async (manager: EntityManager): Promise<DocumentPlan> => {
      const planned = await planOf(manager, context, documentFrom, scope);
      if (!deleteTenants) refuseUnconfirmedDeletion(planned.plan);
      return planned;
    };
    const prepared = await this.plans.prepare(planner);
    const hasNothingToWrite = dryRun || isEmpty(prepared.plan);
    const planned = hasNothingToWrite
      ? prepared
      : await this.plans.apply(context, prepared, planner, { document: true });
    const { plan, rows } = planned;
    const after = rowsAfter(rows, plan);
    // Warnings name other tenants.
    if (isPlatformOperator(context.principal))
      context.warnings.push(...(await documentWarnings(plan, after)));
    const entityTag = await documentTag(await documentOf(shownRows(dryRun ? rows : after, scope)));
    const revision = context.committedRevision ?? planned.revision;
    const difference = await differenceOf(plan, rows.tenants);
    return { answer: { dryRun, revision, ...difference }, entityTag, revision };
  }
}

async function planOf(
  manager: EntityManager,
  { ifMatch, principal }: RequestContext,
  documentFrom: DocumentMaker,
  scope: ConfigurationScope | null,
): Promise<DocumentPlan> {
  const revision = await revisionOf(manager);
  const rows = await readConfigurationRows(manager);
  if (scope !== null && !isPlatformOperator(principal)) requireTenantOfScope(principal, rows, scope);
  if (ifMatch !== null) {
    requireTag(ifMatch, await documentTag(await documentOf(shownRows(rows, scope))));
  }
  const document = await documentFrom(rows);
  const plan = await (scope === null
    ? planDocument(rows, document, at())
    : planScoped(rows, document, scope, { manager, principal }));
  return { revision, rows, plan };
}

async function planScoped(
  all: ConfigurationRows,
  declared: ConfigurationDocument,
  scope: ConfigurationScope,
  { manager, principal }: { manager: EntityManager; principal: Principal },
): Promise<ConfigurationPlan> {
  const divided = new RowsByScope(all, scope);
  if (divided.tenants.size === 0 && hasFormOfId(scope.tenant ?? '')) throw notFound('tenant');
  const scoped = scopedDocument(declared, divided, scope);
  const plan = await planDocument(scoped.rows, scoped.document, at());
  // Before conflicts, which would reveal routes of other tenants on hosts that are not granted.
  await requirePlanAllowed(manager, principal, { tenants: divided.tenants, rows: all }, plan);
  await requireConsistent(scoped.document, scoped, (tenantId) => canSeeTenant(principal, tenantId));
  divided.requireDeletable(plan);
  return plan;
}

/** The rows that a document of the scope shows. */
function shownRows(rows: ConfigurationRows, scope: ConfigurationScope | null): ConfigurationRows {
  return scope === null ? rows : new RowsByScope(rows, scope).shown();
}

function at(): string {
  return new Date().toISOString();
}
