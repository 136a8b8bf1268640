import { Global, Module } from '@nestjs/common';
import { ListReader } from './list-reader.js';
import { MissingListedRows } from './missing-listed-rows.js';

@Global()
@Module({ providers: [ListReader, MissingListedRows], exports: [ListReader] })
export class ListsModule {}
