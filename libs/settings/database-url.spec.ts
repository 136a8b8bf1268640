import { expect, test } from 'vitest';
import { parsePostgresUrl, readApiSettings, SettingsError } from './index.js';

const ca = new URL('../../test/support/certificates/ca.crt', import.meta.url).pathname;
const base = 'postgres://sluice:p%40ss@db.example/gateways';

test('one URL configures Postgres, without TLS by default', () => {
  expect(parsePostgresUrl('postgresql://sluice@[::1]:6432/gateways?schema=blue')).toEqual({
    host: '::1',
    port: 6432,
    user: 'sluice',
    password: null,
    database: 'gateways',
    schema: 'blue',
    tls: null,
  });
  expect(parsePostgresUrl(base)).toMatchObject({
    host: 'db.example',
    port: 5432,
    password: 'p@ss',
    schema: null,
  });
});

test('certificates are verified unless the URL has sslmode=no-verify', () => {
  const tlsOf = (parameters: string): unknown => parsePostgresUrl(`${base}?${parameters}`).tls;
  for (const mode of ['require', 'verify-full']) {
    expect(tlsOf(`sslmode=${mode}`)).toEqual({ isVerified: true, ca: null });
  }
  expect(tlsOf('sslmode=no-verify')).toEqual({ isVerified: false, ca: null });
  expect(tlsOf(`sslmode=verify-full&sslrootcert=${ca}`)).toMatchObject({
    isVerified: true,
    ca: expect.stringContaining('BEGIN CERTIFICATE') as unknown,
  });
});

test.each([
  'postgres://',
  'postgres://sluice:s3cret@db.example',
  'postgres://:s3cret@db.example/gateways',
  'postgres://sluice:s3cret@db.example:99999/gateways',
  'postgres://sluice:s3cret%zz@db.example/gateways',
  'postgres://sluice:s3cret@db.example/gateways?sslmode=prefer',
  'postgres://sluice:s3cret@db.example/gateways?sslmode=require&sslrootcert=/s3cret',
  'postgres://sluice:s3cret@db.example/gateways?sslrootcert=/s3cret',
  'postgres://sluice:s3cret@db.example/gateways?schema=S3',
  'postgres://sluice:s3cret@db.example/gateways?s3cret=1',
])('%s is refused with an error that does not contain it', (url) => {
  try {
    readApiSettings({ SLUICE_DATABASE_URL: url });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    expect(String(error)).toMatch(/SLUICE_DATABASE_URL: /);
    expect(String(error)).not.toMatch(/s3cret/);
  }
});
