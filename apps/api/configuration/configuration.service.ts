import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { requireTag } from '../http/etag.js';
import { requireOperator } from '../http/principal.js';
import type { RequestContext } from '../http/request-context.js';
import { isEmpty, rowsAfter, type ConfigurationRows } from '../plans/plan.js';
import { PlanWriter, revisionOf, type PlanAtRevision } from '../plans/plan-writer.js';
import { readConfigurationRows } from '../plans/read-rows.js';
import { differenceOf, type ConfigurationDifference } from './configuration-difference.js';
import type { ConfigurationDocument } from './configuration-document.js';
import type { ReplaceQuery } from './configuration-query.js';
import { documentOf } from './document-of-rows.js';
import { requireConsistent } from './document-rules.js';
import { documentTag } from './document-tag.js';
import { documentWarnings } from './document-warnings.js';
import { planDocument } from './plan-document.js';
import { refuseUnconfirmedDeletion } from './refuse-unconfirmed-deletion.js';

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

  async read({ principal }: RequestContext): Promise<ConfigurationAnswer<ConfigurationDocument>> {
    requireOperator(principal, 'read the whole configuration');
    const { rows, revision } = await this.database.readConsistently(async (manager) => ({
      rows: await readConfigurationRows(manager),
      revision: await revisionOf(manager),
    }));
    const answer = await documentOf(rows);
    return { answer, entityTag: await documentTag(answer), revision };
  }

  /**
   * Replaces the configuration in one transaction. A dry run answers as the call itself would, and writes
   * nothing.
   */
  async replace(
    context: RequestContext,
    document: ConfigurationDocument,
    { dryRun, deleteTenants }: ReplaceQuery,
  ): Promise<ConfigurationAnswer<ConfigurationDifference>> {
    requireOperator(context.principal, 'replace the whole configuration');
    await requireConsistent(document);
    return this.change(context, () => document, { dryRun, deleteTenants });
  }

  /**
   * Makes the configuration the document that `documentFrom` makes of the current one, in one transaction.
   * It may be called twice. The document has to be consistent.
   */
  async change(
    context: RequestContext,
    documentFrom: DocumentMaker,
    { dryRun, deleteTenants }: ReplaceQuery,
  ): Promise<ConfigurationAnswer<ConfigurationDifference>> {
    const planner = async (manager: EntityManager): Promise<DocumentPlan> => {
      const planned = await planOf(manager, context, documentFrom);
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
    context.warnings.push(...(await documentWarnings(plan, after)));
    const entityTag = await documentTag(await documentOf(dryRun ? rows : after));
    const revision = context.committedRevision ?? planned.revision;
    const difference = await differenceOf(plan, rows.tenants);
    return { answer: { dryRun, revision, ...difference }, entityTag, revision };
  }
}

async function planOf(
  manager: EntityManager,
  { ifMatch }: RequestContext,
  documentFrom: DocumentMaker,
): Promise<DocumentPlan> {
  const revision = await revisionOf(manager);
  const rows = await readConfigurationRows(manager);
  if (ifMatch !== null) requireTag(ifMatch, await documentTag(await documentOf(rows)));
  const plan = await planDocument(rows, await documentFrom(rows), new Date().toISOString());
  return { revision, rows, plan };
}
