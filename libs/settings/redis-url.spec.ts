import { describe, expect, test } from 'vitest';
import { parseRedisUrl, readGatewaySettings, SettingsError } from './index.js';

const certificates = new URL('../../test/support/certificates/', import.meta.url).pathname;
const nobody = { username: null, password: null };

describe('the URL of a Redis', () => {
  test('a URL configures one server, the user and the database', () => {
    expect(parseRedisUrl('redis://localhost')).toEqual({
      kind: 'server',
      endpoints: [{ host: 'localhost', port: 6379 }],
      database: 0,
      ...nobody,
      tls: null,
    });
    expect(parseRedisUrl('redis://sluice:p%40ss@[::1]:6380/2')).toMatchObject({
      endpoints: [{ host: '::1', port: 6380 }],
      database: 2,
      username: 'sluice',
      password: 'p@ss',
    });
    expect(parseRedisUrl('redis://:secret@redis/')).toMatchObject({ username: null, password: 'secret' });
  });

  test('a URL configures sentinels, their primary, and the user', () => {
    const parameters = 'sentinel_username=watch&sentinel_password=w%26w';
    const url = `redis+sentinel://sluice:secret@one,two:26380,[fd00::3]:1/main/3?${parameters}`;
    expect(parseRedisUrl(url)).toEqual({
      kind: 'sentinel',
      endpoints: [
        { host: 'one', port: 26379 },
        { host: 'two', port: 26380 },
        { host: 'fd00::3', port: 1 },
      ],
      primary: 'main',
      database: 3,
      username: 'sluice',
      password: 'secret',
      sentinel: { username: 'watch', password: 'w&w' },
      tls: null,
    });
    expect(parseRedisUrl('redis+sentinel://one/main')).toMatchObject({ database: 0, sentinel: nobody });
  });

  test('a URL configures nodes of a cluster', () => {
    expect(parseRedisUrl('rediss+cluster://:secret@one:7000,two')).toEqual({
      kind: 'cluster',
      endpoints: [
        { host: 'one', port: 7000 },
        { host: 'two', port: 6379 },
      ],
      username: null,
      password: 'secret',
      tls: { ca: null, cert: null, key: null },
    });
  });

  test('the files for TLS that a URL names are read', () => {
    const files = `cacert=${certificates}ca.crt&cert=${certificates}client.crt&key=${certificates}client.key`;
    const { tls } = parseRedisUrl(`rediss://redis.example?${files}`);
    expect(tls?.ca).toContain('BEGIN CERTIFICATE');
    expect(tls?.cert).toContain('BEGIN CERTIFICATE');
    expect(tls?.key).toContain('PRIVATE KEY');
  });

  test.each([
    'redis:',
    'redis://',
    'redis://:s3cret@',
    'redis://:s3cret@:6379',
    'redis://:s3cret@host:0',
    'redis://:s3cret@host:70000',
    'redis://:s3cret@host,other',
    'redis://:s3cret@host/s3cret',
    'redis://:s3cret@host?cacert=/s3cret',
    'redis://:s3cret%zz@host',
    'rediss://:s3cret@host?cacert=/s3cret',
    `rediss://:s3cret@host?cert=${certificates}client.crt`,
    'rediss://:s3cret@host?s3cret=1',
    'redis+sentinel://:s3cret@host',
    'redis+sentinel://:s3cret@host/main/s3cret',
    'redis+sentinel://:s3cret@host/main/1/s3cret',
    'redis+cluster://:s3cret@host/1',
    'redis+cluster://:s3cret@host,',
    'redis+socket://:s3cret@host',
    'http://:s3cret@host',
  ])('a URL is refused with an error that does not contain it: %s', (url) => {
    try {
      readGatewaySettings({ SLUICE_REDIS_URL: url });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(SettingsError);
      expect(String(error)).toMatch(/SLUICE_REDIS_URL: [^\n]{10,}$/);
      expect(String(error)).not.toMatch(/s3cret/);
    }
  });
});
