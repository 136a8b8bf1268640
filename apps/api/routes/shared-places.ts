import { Not, type EntityManager } from 'typeorm';
import { RouteEntity, type RouteRow } from '../database/entities/route.entity.js';
import { ProblemError } from '../http/problem-error.js';
import { maxRoutesAtPlace, tooManyAtPlace } from '../resources/route.js';

/**
 * Throws `validation_failed` if the maximum of enabled routes with conditions for the host and path of the
 * row is reached.
 */
export async function requireRoomAtPlace(
  manager: EntityManager,
  { id, sharedPlace }: Pick<RouteRow, 'id' | 'sharedPlace'>,
): Promise<void> {
  if (sharedPlace === null) return;
  const others = await manager.countBy(RouteEntity, { sharedPlace, id: Not(id) });
  if (others < maxRoutesAtPlace) return;
  throw new ProblemError('validation_failed', { errors: [{ field: 'match', message: tooManyAtPlace }] });
}
