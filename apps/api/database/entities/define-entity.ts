import { EntitySchema, type EntitySchemaOptions } from 'typeorm';

/** Maps a kind of row to its table and columns. */
export function defineEntity<Row>(
  options: Pick<EntitySchemaOptions<Row>, 'name' | 'tableName' | 'columns'>,
): EntitySchema<Row> {
  return new EntitySchema<Row>(options);
}
