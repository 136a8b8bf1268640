import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { overlapQueries } from '../tenants/host-overlap.js';

const planSchema = z.array(z.object({ detail: z.string() }));

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.remove());

test.each(['chat.acme.example', '*.acme.example', '*'])(
  'the search for host patterns that overlap with %s uses an index, without a scan',
  async (pattern) => {
    const manager = api.database.read;
    for (const query of overlapQueries(manager, 'ten_01jd3x4m5n6p7q8r9s0t1v2w3x', pattern)) {
      const [sql, parameters] = query.getQueryAndParameters();
      const plan = planSchema.parse(await manager.query(`EXPLAIN QUERY PLAN ${sql}`, parameters));
      const details = plan.map(({ detail }) => detail).join('\n');
      expect(details).toMatch(
        /SEARCH held USING (COVERING )?INDEX (ix_routes_host|sqlite_autoindex_host_grants_1)/,
      );
      expect(details).not.toContain('SCAN held');
    }
  },
);
