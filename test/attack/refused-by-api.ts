/** The API has refused what a case wants to place, so that no gateway ever sees it. */
export class RefusedByApi extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
