import { SettingsError } from '#libs/settings';
import { migrations } from '../../../migrations/index.js';
import { Database } from './database.js';
import { entities } from './entities.js';

/** Opens the database of the API and brings its schema up to date; a failure names the setting. */
export async function openDatabase(databaseUrl: string): Promise<Database> {
  try {
    return await Database.open(databaseUrl, { entities, migrations });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingsError('SLUICE_DATABASE_URL', `the database cannot be used: ${reason}`);
  }
}
