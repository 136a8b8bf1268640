// SQLite allows 32,766 values in a statement. A statement of this size takes a few milliseconds to build; 500
// rows take no less time per row, and block for longer.
const rowsPerStatement = 100;

/** The rows, or the ids of rows, in parts that one statement can have. */
export function* statementParts<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let start = 0; start < rows.length; start += rowsPerStatement) {
    yield rows.slice(start, start + rowsPerStatement);
  }
}
