import pg from 'pg';

/** Runs `work` on a connection to the Postgres at the URL. */
export async function withPostgres<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Whether the Postgres at the URL accepts a connection. */
export async function acceptsPostgres(url: string): Promise<boolean> {
  try {
    await withPostgres(url, (client) => client.query('SELECT 1'));
    return true;
  } catch {
    return false;
  }
}
