import { errorMessage } from '#libs/async';
import { isPostgresUrl, parsePostgresUrl, SettingsError } from '#libs/settings';
import { migrations } from '../../../migrations/index.js';
import type { Database } from './database.js';
import { entities } from './entities/index.js';
import { PostgresDatabase } from './postgres-database.js';
import { SqliteDatabase } from './sqlite-database.js';

/** Opens the database of the API and runs its migrations; a failure names the setting. */
export async function openDatabase(databaseUrl: string): Promise<Database> {
  try {
    const schema = { entities, migrations };
    if (!isPostgresUrl(databaseUrl)) return await SqliteDatabase.open(databaseUrl, schema);
    return await PostgresDatabase.open(parsePostgresUrl(databaseUrl), schema);
  } catch (error) {
    const reason = errorMessage(error);
    throw new SettingsError('SLUICE_DATABASE_URL', `the database cannot be used: ${reason}`);
  }
}
