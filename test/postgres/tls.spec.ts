import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../apps/api/database/open-database.js';
import { startPostgresServer, type PostgresServer } from '../support/postgres/postgres-server.js';
import { testCertificate } from '../support/tls-certificates.js';

const fileOf = (name: string): string => new URL(`../support/certificates/${name}`, import.meta.url).pathname;

let server: PostgresServer;
beforeAll(async () => {
  // A certificate for 127.0.0.1 only, not for other names of this machine.
  const [certificate, key] = [await testCertificate('default.crt'), await testCertificate('default.key')];
  server = await startPostgresServer({ certificate, key });
});
afterAll(() => server.stop());

test.each(['require', 'verify-full'])('with sslmode=%s every connection is encrypted', async (mode) => {
  expect(await openedWith(`sslmode=${mode}&sslrootcert=${fileOf('ca.crt')}`)).toBe(true);
});

test('without TLS in the URL no connection is encrypted', async () => {
  expect(await openedWith('')).toBe(false);
});

test.each([
  ['of an authority that is not trusted', 'sslmode=require'],
  ['of another authority', `sslmode=verify-full&sslrootcert=${fileOf('other-ca.crt')}`],
])('a certificate %s is refused', async (_what, parameters) => {
  await expect(openedWith(parameters)).rejects.toThrow(/SLUICE_DATABASE_URL: .*certificate/);
});

test('a certificate for another host is refused', async () => {
  const url = server.url.replace('127.0.0.1', 'localhost');
  await expect(openedWith(`sslmode=require&sslrootcert=${fileOf('ca.crt')}`, url)).rejects.toThrow(
    /SLUICE_DATABASE_URL: .*does not match/,
  );
});

test('an unverified certificate is accepted only with an explicit option in the URL', async () => {
  expect(await openedWith('sslmode=no-verify')).toBe(true);
});

/** Whether the connection is encrypted; rejects if the connection fails. */
async function openedWith(parameters: string, url = server.url): Promise<boolean | undefined> {
  const database = await openDatabase(`${url}?${parameters}`);
  try {
    const own = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
    const rows = await database.read.query<{ ssl: boolean }[]>(own);
    return rows[0]?.ssl;
  } finally {
    await database.close();
  }
}
