import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import type { AuditSubject } from '../database/entities/audit-entry.entity.js';
import { ConfigStateEntity, configStateId } from '../database/entities/config-state.entity.js';
import type { RequestContext } from '../http/request-context.js';
import { ConfigurationWriter } from '../publishing/configuration-writer.js';
import { changesOf } from './changes-of-plan.js';
import type { ConfigurationPlan } from './plan.js';
import { writeRows } from './write-rows.js';

/** A plan, and the revision of the configuration for which it was made. */
export interface PlanAtRevision {
  revision: number;
  plan: ConfigurationPlan;
}

/** Makes a plan from the rows that `manager` reads. May run twice. */
export type Planner<Planned extends PlanAtRevision> = (manager: EntityManager) => Promise<Planned>;

/** Applies plans of any size, each in one transaction and in revisions of bounded size. */
@Injectable()
export class PlanWriter {
  constructor(
    private readonly database: Database,
    private readonly writer: ConfigurationWriter,
  ) {}

  /** Makes a plan and changes nothing. */
  prepare<Planned extends PlanAtRevision>(planner: Planner<Planned>): Promise<Planned> {
    return this.database.readConsistently(planner);
  }

  /**
   * Applies a prepared plan, and resolves to the plan that was applied. Plans are made before the
   * transaction, which blocks all other writes; if something was committed in between, the plan is made again
   * inside the transaction. Each resource in the plan gets an audit entry with `details`.
   */
  async apply<Planned extends PlanAtRevision>(
    context: RequestContext,
    prepared: Planned,
    planner: Planner<Planned>,
    details: AuditSubject['details'],
  ): Promise<Planned> {
    const changes = await changesOf(prepared.plan, details);
    return this.writer.commitAll(context, async (manager) => {
      const isCurrent = (await revisionOf(manager)) === prepared.revision;
      const planned = isCurrent ? prepared : await planner(manager);
      await writeRows(manager, planned.plan);
      return { answer: planned, changes: isCurrent ? changes : await changesOf(planned.plan, details) };
    });
  }
}

export async function revisionOf(manager: EntityManager): Promise<number> {
  return (await manager.findOneByOrFail(ConfigStateEntity, { id: configStateId })).revision;
}
