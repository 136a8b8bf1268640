import { TableColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import { z } from 'zod';

const pageSize = 500;

const rowsSchema = z.array(z.object({ id: z.string(), definition: z.string() }));
const definitionSchema = z.record(z.string(), z.unknown());
type Definition = z.output<typeof definitionSchema>;

/**
 * Stored routes get the default of `onMessageRate`, which they were made without. An audit entry may belong to no
 * tenant, and may tell how the act was done.
 */
export class MessageRateAndAuditOfActs1764100000000 implements MigrationInterface {
  readonly name = 'MessageRateAndAuditOfActs1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await changeDefinitions(runner, (definition) => ({ onMessageRate: 'slow', ...definition }));
    await runner.changeColumn('audit', 'tenantId', tenantColumn({ isNullable: true }));
    await runner.addColumn('audit', new TableColumn({ name: 'details', type: 'text', isNullable: true }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('audit', 'details');
    await runner.query(`UPDATE audit SET "tenantId" = '' WHERE "tenantId" IS NULL`);
    await runner.changeColumn('audit', 'tenantId', tenantColumn({ isNullable: false }));
    await changeDefinitions(runner, (definition) => {
      delete definition['onMessageRate'];
      return definition;
    });
  }
}

function tenantColumn({ isNullable }: { isNullable: boolean }): TableColumn {
  return new TableColumn({ name: 'tenantId', type: 'varchar', isNullable });
}

// In SQL of both databases, not through the query builder: that one converts by what the entities say today.
async function changeDefinitions(
  runner: QueryRunner,
  change: (definition: Definition) => Definition,
): Promise<void> {
  let after = '';
  for (;;) {
    const select = 'SELECT id, definition FROM routes WHERE id > $1 ORDER BY id LIMIT $2';
    const rows = rowsSchema.parse(await runner.query(select, [after, pageSize]));
    for (const { id, definition } of rows) {
      const changed = JSON.stringify(change(definitionSchema.parse(JSON.parse(definition))));
      await runner.query('UPDATE routes SET definition = $1 WHERE id = $2', [changed, id]);
      after = id;
    }
    if (rows.length < pageSize) return;
  }
}
