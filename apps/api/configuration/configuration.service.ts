import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { requireOperator } from '../authentication/principal.js';
import { Database } from '../database/database.js';
import { requireTag } from '../http/etag.js';
import type { RequestContext } from '../http/request-context.js';
import { ConfigStateEntity, configStateId } from '../publishing/config-state.entity.js';
import { ConfigurationWriter } from '../publishing/configuration-writer.js';
import { differenceOf, type ConfigurationDifference } from './configuration-difference.js';
import type { ConfigurationDocument } from './configuration-document.js';
import { isEmpty, planConfiguration, type ConfigurationPlan } from './configuration-plan.js';
import type { ReplaceQuery } from './configuration-query.js';
import { readConfigurationRows, type ConfigurationRows } from './configuration-rows.js';
import { documentOf } from './document-of-rows.js';
import { requireConsistent } from './document-rules.js';
import { documentTag } from './document-tag.js';
import { requireMeant } from './require-meant.js';
import { revisionsOf } from './revisions-of-plan.js';
import { rowsAfter } from './rows-after.js';
import { writeRows } from './write-rows.js';

/** An answer, with where the configuration stands after it. */
export interface Standing<Answer> {
  answer: Answer;
  entityTag: string;
  revision: number;
}

/** What a document would lead to, as things stood at a revision. */
interface Prospect {
  revision: number;
  rows: ConfigurationRows;
  plan: ConfigurationPlan;
}

/** The whole configuration, read and written as one document. */
@Injectable()
export class ConfigurationService {
  constructor(
    private readonly database: Database,
    private readonly writer: ConfigurationWriter,
  ) {}

  async read({ principal }: RequestContext): Promise<Standing<ConfigurationDocument>> {
    requireOperator(principal, 'read the whole configuration');
    const { rows, revision } = await this.database.readOneMoment(async (manager) => ({
      rows: await readConfigurationRows(manager),
      revision: await revisionOf(manager),
    }));
    const answer = await documentOf(rows);
    return { answer, entityTag: await documentTag(answer), revision };
  }

  /**
   * Makes it so in one transaction. A dry run answers, or refuses, as the call itself would, and writes nothing. The plan
   * is made before the transaction, which keeps everybody else from writing, and again inside it if something was
   * committed in between.
   */
  async replace(
    context: RequestContext,
    document: ConfigurationDocument,
    { dryRun, deleteTenants }: ReplaceQuery,
  ): Promise<Standing<ConfigurationDifference>> {
    requireOperator(context.principal, 'replace the whole configuration');
    await requireConsistent(document);
    const look = async (manager: EntityManager): Promise<Prospect> => {
      const prospect = await prospectOf(manager, context, document);
      if (!deleteTenants) requireMeant(prospect.plan);
      return prospect;
    };
    const foreseen = await this.database.readOneMoment(look);
    const isSettled = dryRun || isEmpty(foreseen.plan);
    const prospect = isSettled ? foreseen : await this.carryOut(context, foreseen, look);
    const { plan, rows } = prospect;
    const entityTag = await documentTag(await documentOf(dryRun ? rows : rowsAfter(rows, plan)));
    const revision = context.committedRevision ?? prospect.revision;
    const difference = await differenceOf(plan, rows.tenants);
    return { answer: { dryRun, revision, ...difference }, entityTag, revision };
  }

  private async carryOut(
    context: RequestContext,
    foreseen: Prospect,
    look: (manager: EntityManager) => Promise<Prospect>,
  ): Promise<Prospect> {
    const revisions = await revisionsOf(foreseen.plan);
    return this.writer.commitRevisions(context, async (manager) => {
      const isStillSo = (await revisionOf(manager)) === foreseen.revision;
      const prospect = isStillSo ? foreseen : await look(manager);
      await writeRows(manager, prospect.plan);
      return { answer: prospect, revisions: isStillSo ? revisions : await revisionsOf(prospect.plan) };
    });
  }
}

async function prospectOf(
  manager: EntityManager,
  { ifMatch }: RequestContext,
  document: ConfigurationDocument,
): Promise<Prospect> {
  const revision = await revisionOf(manager);
  const rows = await readConfigurationRows(manager);
  if (ifMatch !== null) requireTag(ifMatch, await documentTag(await documentOf(rows)));
  return { revision, rows, plan: await planConfiguration(rows, document, new Date().toISOString()) };
}

async function revisionOf(manager: EntityManager): Promise<number> {
  return (await manager.findOneByOrFail(ConfigStateEntity, { id: configStateId })).revision;
}
