import { In, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { hasFormOfId } from '#libs/contract';
import type { AuditEntry } from '../database/entities/audit-entry.entity.js';
import { ApiKeyEntity } from '../database/entities/api-key.entity.js';
import { nameClaimOf } from '../database/entities/name-claim.js';
import { OperatorEntity } from '../database/entities/operator.entity.js';
import { ProblemError } from '../http/problem-error.js';
import { isPlatformOperator, type Principal } from '../http/principal.js';
import { expectedActor } from './audit-query.js';

type ActorCondition = Pick<FindOptionsWhere<AuditEntry>, 'actorKind' | 'actorId'>;

/**
 * The entries of an actor: `admin`, `system`, an id, which is not looked up since the entries of a deleted
 * key remain, or a name. To operators, a name is that of operators, which may share it; to all, that of an
 * unrevoked key of these tenants. Throws `not_found` for a name that none has.
 */
export async function auditedActor(
  manager: EntityManager,
  principal: Principal,
  actor: string,
  tenantIds: readonly string[] | null,
): Promise<ActorCondition> {
  if (actor === 'admin' || actor === 'system') return { actorKind: actor };
  if (hasFormOfId(actor)) return { actorId: actor };
  const operators = isPlatformOperator(principal)
    ? await manager.findBy(OperatorEntity, { name: actor })
    : [];
  const nameClaims = (tenantIds ?? []).flatMap((tenantId) => nameClaimOf(tenantId, actor) ?? []);
  const keys =
    nameClaims.length === 0 ? [] : await manager.findBy(ApiKeyEntity, { nameClaim: In(nameClaims) });
  const ids = [...operators, ...keys].map(({ id }) => id);
  if (ids.length > 0) return { actorId: In(ids) };
  throw new ProblemError('not_found', {
    detail: 'No operator has this name, and no API key of the tenant.',
    errors: [{ field: 'actor', message: expectedActor }],
  });
}
