import type { z } from 'zod';
import type { routeCreateSchema } from '#libs/contract';

/** A route as the API takes it; fields that have their default are left out. */
export type RouteFields = z.input<typeof routeCreateSchema>;
