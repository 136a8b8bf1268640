import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { auditedState } from '../audit/audited-state.js';
import { writeAuditEntry } from '../audit/write-audit-entry.js';
import { requireOperator } from '../authentication/principal.js';
import { Database } from '../database/database.js';
import { entityTag, requireMatch } from '../http/etag.js';
import type { RequestContext } from '../http/request-context.js';
import { CommittedChanges } from '../publishing/committed-changes.js';
import { ConfigStateEntity, configStateId } from '../publishing/config-state.entity.js';
import { OutboxRowEntity, type OutboxRow } from '../publishing/outbox-row.entity.js';
import { differenceOf, type ConfigurationDifference } from './configuration-difference.js';
import type { ConfigurationDocument } from './configuration-document.js';
import { planConfiguration, type ConfigurationPlan } from './configuration-plan.js';
import type { ReplaceQuery } from './configuration-query.js';
import { readConfigurationRows } from './configuration-rows.js';
import { documentOf } from './document-of-rows.js';
import { refuse, requireConsistent } from './document-rules.js';
import { publicationsOf, type Publication } from './publications.js';
import { writeRows } from './write-rows.js';

/** An answer, with where the configuration stands after it. */
export interface Standing<Answer> {
  answer: Answer;
  entityTag: string;
  revision: number;
}

/** The whole configuration, read and written as one document. */
@Injectable()
export class ConfigurationService {
  constructor(
    private readonly database: Database,
    private readonly committed: CommittedChanges,
  ) {}

  read({ principal }: RequestContext): Promise<Standing<ConfigurationDocument>> {
    requireOperator(principal, 'read the whole configuration');
    return this.database.readOneMoment(standingOf);
  }

  /** Makes it so in one transaction, or says what that would do. */
  async replace(
    context: RequestContext,
    document: ConfigurationDocument,
    { dryRun, allowEmpty }: ReplaceQuery,
  ): Promise<Standing<ConfigurationDifference>> {
    requireOperator(context.principal, 'replace the whole configuration');
    requireConsistent(document);
    if (dryRun) return this.database.readOneMoment((manager) => this.compare(manager, context, document));
    if (document.tenants.length === 0 && !allowEmpty) {
      const message = 'an empty list deletes every tenant; to have it so, send ?allowEmpty=true';
      refuse('validation_failed', [{ field: 'tenants', message }]);
    }
    const changes: OutboxRow[] = [];
    const standing = await this.database.write(
      async (manager) => {
        const { plan, ...before } = await this.compare(manager, context, document);
        const publications = publicationsOf(plan);
        if (publications.length === 0) return { ...before, answer: { ...before.answer, dryRun } };
        await writeRows(manager, plan);
        changes.push(...(await this.publish(manager, context, publications)));
        const { entityTag, revision } = await standingOf(manager);
        return { answer: { ...before.answer, dryRun, revision }, entityTag, revision };
      },
      () => {
        for (const change of changes) this.committed.announce(change);
      },
    );
    context.committedRevision = changes.at(-1)?.revision ?? null;
    return standing;
  }

  private async compare(
    manager: EntityManager,
    { ifMatch }: RequestContext,
    document: ConfigurationDocument,
  ): Promise<Standing<ConfigurationDifference> & { plan: ConfigurationPlan }> {
    const rows = await readConfigurationRows(manager);
    const current = documentOf(rows);
    requireMatch(ifMatch, current);
    const plan = planConfiguration(rows, document, new Date().toISOString());
    const revision = await revisionOf(manager);
    const answer = { dryRun: true, revision, ...differenceOf(plan, rows.tenants) };
    return { answer, plan, revision, entityTag: entityTag(current) };
  }

  /** A revision for each publication, without gaps; and what the audit trail keeps of each thing. */
  private async publish(
    manager: EntityManager,
    context: RequestContext,
    publications: readonly Publication[],
  ): Promise<OutboxRow[]> {
    const at = new Date().toISOString();
    const first = (await revisionOf(manager)) + 1;
    const rows: OutboxRow[] = [];
    for (const [index, { tenantId, entries, subjects }] of publications.entries()) {
      const row = { revision: first + index, committedAt: at, tenantId, entries };
      await manager.insert(OutboxRowEntity, row);
      rows.push(row);
      for (const subject of subjects) {
        const before = await auditedState(this.database.read, subject);
        const after = await auditedState(manager, subject);
        const whole = { ...subject, details: { document: true } };
        await writeAuditEntry(manager, context, { revision: row.revision, at }, whole, { before, after });
      }
    }
    const { revision } = rows.at(-1) ?? { revision: first - 1 };
    await manager.update(ConfigStateEntity, { id: configStateId }, { revision });
    return rows;
  }
}

async function standingOf(manager: EntityManager): Promise<Standing<ConfigurationDocument>> {
  const answer = documentOf(await readConfigurationRows(manager));
  return { answer, entityTag: entityTag(answer), revision: await revisionOf(manager) };
}

async function revisionOf(manager: EntityManager): Promise<number> {
  return (await manager.findOneByOrFail(ConfigStateEntity, { id: configStateId })).revision;
}
