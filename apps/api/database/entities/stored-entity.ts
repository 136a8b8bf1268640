import { EntitySchema, type EntitySchemaOptions } from 'typeorm';

/** Says in which table, and in which columns, the rows of one kind are kept. */
export function storedEntity<Row>(
  options: Pick<EntitySchemaOptions<Row>, 'name' | 'tableName' | 'columns'>,
): EntitySchema<Row> {
  return new EntitySchema<Row>(options);
}
