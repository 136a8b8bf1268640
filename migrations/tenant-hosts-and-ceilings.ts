import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';

const pageSize = 500;

const rowsSchema = z.array(z.object({ id: z.string(), limits: z.string() }));
const limitsSchema = z.record(z.string(), z.unknown());
type Limits = z.output<typeof limitsSchema>;

/**
 * Adds the hosts on which a tenant may place routes, null (any) for existing tenants, and limits of routes
 * and keys, null (no limit). In SQL that both databases understand: adding a nullable column does not copy
 * the table.
 */
export class TenantHostsAndCeilings1764310000000 implements MigrationInterface {
  readonly name = 'TenantHostsAndCeilings1764310000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tenants ADD COLUMN hosts text');
    await changeLimits(runner, (limits) => ({ ...limits, maxRoutes: null, maxApiKeys: null }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await changeLimits(runner, (limits) => {
      delete limits['maxRoutes'];
      delete limits['maxApiKeys'];
      return limits;
    });
    await runner.query('ALTER TABLE tenants DROP COLUMN hosts');
  }
}

async function changeLimits(runner: QueryRunner, change: (limits: Limits) => Limits): Promise<void> {
  let after = '';
  for (;;) {
    const select = 'SELECT id, limits FROM tenants WHERE id > $1 ORDER BY id LIMIT $2';
    const rows = rowsSchema.parse(await runner.query(select, [after, pageSize]));
    for (const { id, limits } of rows) {
      const changed = JSON.stringify(change(limitsSchema.parse(JSON.parse(limits))));
      await runner.query('UPDATE tenants SET limits = $1 WHERE id = $2', [changed, id]);
      after = id;
    }
    if (rows.length < pageSize) return;
  }
}
