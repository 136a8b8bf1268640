import type { Schemas } from '../api/client.js';

/** What the test page needs of a route. */
export type TestedRoute = Pick<Schemas['Route'], 'id' | 'tenantId' | 'match' | 'enabled'> & {
  auth: Pick<Schemas['RouteAuth'], 'mode' | 'sources'>;
};
