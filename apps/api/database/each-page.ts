/** Turning so many routes into objects takes a few milliseconds; between two pages other requests are served. */
export const pageSize = 250;

/** Reads rows page after page, in the order of their ids; `readAfter` reads `pageSize` rows at most. */
export async function* eachPage<Row extends { id: string }>(
  readAfter: (after: string) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  let after = '';
  for (;;) {
    const page = await readAfter(after);
    yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = last.id;
  }
}
