import { Not, type EntityManager } from 'typeorm';
import { RouteEntity, type RouteRow } from '../database/entities/route.entity.js';
import { ProblemError } from '../http/problem-error.js';
import { placeBound } from '../resources/route.js';

/** Throws `validation_failed` if the maximum of enabled routes for the place of the row is reached. */
export async function requireRoomAtPlace(
  manager: EntityManager,
  { id, sharedPlace, definition }: Pick<RouteRow, 'id' | 'sharedPlace' | 'definition'>,
): Promise<void> {
  if (sharedPlace === null) return;
  const { max, message } = placeBound(definition.match);
  const others = await manager.countBy(RouteEntity, { sharedPlace, id: Not(id) });
  if (others >= max) throw new ProblemError('validation_failed', { errors: [{ field: 'match', message }] });
}
