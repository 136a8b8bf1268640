import { refuseDuplicate } from '../http/refuse-duplicate.js';

const tables = { route: 'routes', 'API key': 'api_keys' } as const;

/** Awaits a write of a route or an API key; throws `name_conflict` when another one has its name. */
export function refuseNameConflict<Result>(
  what: keyof typeof tables,
  name: string,
  write: Promise<Result>,
): Promise<Result> {
  const message = `another ${what} of the tenant has the name "${name}"`;
  return refuseDuplicate(write, `${tables[what]}.nameClaim`, 'name_conflict', {
    errors: [{ field: 'name', code: 'taken', message }],
  });
}
