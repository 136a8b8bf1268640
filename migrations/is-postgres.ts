import type { QueryRunner } from 'typeorm';

export function isPostgres(runner: QueryRunner): boolean {
  return runner.connection.options.type === 'postgres';
}
