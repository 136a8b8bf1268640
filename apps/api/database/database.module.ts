import { Global, Module } from '@nestjs/common';
import type { ApiSettings } from '#libs/settings';
import { migrations } from '../../../migrations/index.js';
import { API_SETTINGS } from '../composition.js';
import { Database } from './database.js';
import { entities } from './entities.js';

@Global()
@Module({
  providers: [
    {
      provide: Database,
      inject: [API_SETTINGS],
      useFactory: ({ databaseUrl }: ApiSettings) => Database.open(databaseUrl, { entities, migrations }),
    },
  ],
  exports: [Database],
})
export class DatabaseModule {}
