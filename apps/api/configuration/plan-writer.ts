import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import type { AuditSubject } from '../database/entities/audit-entry.entity.js';
import { ConfigStateEntity, configStateId } from '../database/entities/config-state.entity.js';
import type { RequestContext } from '../http/request-context.js';
import { ConfigurationWriter } from '../publishing/configuration-writer.js';
import type { ConfigurationPlan } from './configuration-plan.js';
import { revisionsOf } from './revisions-of-plan.js';
import { writeRows } from './write-rows.js';

/** A plan, and the revision of the configuration for which it was made. */
export interface Prospect {
  revision: number;
  plan: ConfigurationPlan;
}

/** Makes a plan from what `manager` sees. It may run twice. */
export type Planner<Planned extends Prospect> = (manager: EntityManager) => Promise<Planned>;

/** Carries out plans of any size, each in one transaction and in revisions of bounded size. */
@Injectable()
export class PlanWriter {
  constructor(
    private readonly database: Database,
    private readonly writer: ConfigurationWriter,
  ) {}

  /** Makes a plan and changes nothing. */
  prepare<Planned extends Prospect>(planner: Planner<Planned>): Promise<Planned> {
    return this.database.readOneMoment(planner);
  }

  /**
   * Carries out what was prepared, and resolves to the plan that was carried out. The plan was made before the
   * transaction, which keeps everybody else from writing; it is made again inside it if something was committed in
   * between. Each thing in the plan gets an audit entry with `details`.
   */
  async carryOut<Planned extends Prospect>(
    context: RequestContext,
    prepared: Planned,
    planner: Planner<Planned>,
    details: AuditSubject['details'],
  ): Promise<Planned> {
    const revisions = await revisionsOf(prepared.plan, details);
    return this.writer.commitRevisions(context, async (manager) => {
      const isCurrent = (await revisionOf(manager)) === prepared.revision;
      const planned = isCurrent ? prepared : await planner(manager);
      await writeRows(manager, planned.plan);
      return { answer: planned, revisions: isCurrent ? revisions : await revisionsOf(planned.plan, details) };
    });
  }
}

export async function revisionOf(manager: EntityManager): Promise<number> {
  return (await manager.findOneByOrFail(ConfigStateEntity, { id: configStateId })).revision;
}
