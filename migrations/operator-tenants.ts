import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the tenants to which an operator is limited; the stored ones are not limited. */
export class OperatorTenants1764573000000 implements MigrationInterface {
  readonly name = 'OperatorTenants1764573000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE operators ADD COLUMN "tenantIds" text');
  }

  // Without the column, an operator that is limited would have the rights of all others.
  async down(runner: QueryRunner): Promise<void> {
    const now = new Date().toISOString();
    await runner.query(
      `UPDATE operators SET "revokedAt" = '${now}' WHERE "tenantIds" IS NOT NULL AND "revokedAt" IS NULL`,
    );
    await runner.query('ALTER TABLE operators DROP COLUMN "tenantIds"');
  }
}
