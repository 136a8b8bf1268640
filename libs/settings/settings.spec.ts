import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { readApiSettings, readEchoSettings, readGatewaySettings, SettingsError } from './index.js';

describe('settings', () => {
  test('every setting has a default', () => {
    expect(readGatewaySettings({})).toMatchObject({
      listen: [{ host: '0.0.0.0', port: 8080 }],
      adminListen: { host: '127.0.0.1', port: 9090 },
      redisUrl: null,
      redisPrefix: 'sluice',
      upstreamAllow: [],
      trustedProxies: [],
      maxPendingPerAddress: 100,
      maxPending: 10_000,
      maxWaitingDialsPerTenant: 1000,
      maxWaitingDialsPerRoute: 500,
      maxTargetBytes: 32_768,
      maxHeaderBytes: 65_536,
      maxUsageBytes: 67_108_864,
      drainSeconds: 30,
      logLevel: 'info',
    });
    expect(readApiSettings({})).toMatchObject({
      listen: { host: '127.0.0.1', port: 3000 },
      adminToken: null,
      tenantWritesPerSecond: 50,
      auditRetentionDays: 0,
      usageRetentionDays: 400,
    });
    expect(readEchoSettings({})).toMatchObject({ listen: { host: '127.0.0.1', port: 9000 } });
  });

  test('origins for CORS are exact', () => {
    const read = (text: string): string[] => readApiSettings({ SLUICE_API_CORS_ORIGINS: text }).corsOrigins;
    const origins = ['https://console.example', 'http://127.0.0.1:5173', 'http://[::1]:8000'];
    expect(read(origins.join(', '))).toEqual(origins);
    expect(readApiSettings({}).corsOrigins).toEqual([]);
  });

  test.each([
    ...['*', 'https://*.example', 'null', 'console.example', 'https://console.example/', 'HTTPS://a.example'],
    ...[
      'https://a.example:443',
      'https://a.example/path',
      'ftp://a.example',
      'https://a.example,',
      'https://u@a.example',
    ],
  ])('the origin %s for CORS is refused', (text) => {
    expect(() => readApiSettings({ SLUICE_API_CORS_ORIGINS: text })).toThrow(SettingsError);
  });

  test('the public URL of the gateways has a scheme and a host, and no more', () => {
    const read = (text: string): string | null =>
      readApiSettings({ SLUICE_GATEWAY_PUBLIC_URL: text }).gatewayPublicUrl;
    expect(['wss://WS.example/', 'ws://[::1]:8080', ''].map(read)).toEqual([
      'wss://ws.example',
      'ws://[::1]:8080',
      null,
    ]);
    for (const text of ['ws.example', 'https://ws.example', 'wss://ws.example/chat', 'wss://u@ws.example']) {
      expect(() => read(text)).toThrow(SettingsError);
    }
  });

  test('labels of metrics are names of labels', () => {
    const read = (text: string): string[] =>
      readGatewaySettings({ SLUICE_METRICS_LABELS: text }).metricsLabels;
    expect(read('env, example.com/team')).toEqual(['env', 'example.com/team']);
    expect(readGatewaySettings({}).metricsLabels).toEqual([]);
  });

  test.each(['Env', 'env,', 'env,env', 'a.b,a-b', 'a,b,c,d,e', '-', 'a b'])(
    'the labels %s of metrics are refused',
    (text) => {
      expect(() => readGatewaySettings({ SLUICE_METRICS_LABELS: text })).toThrow(/SLUICE_METRICS_LABELS/);
    },
  );

  test('the database is in the data folder by default', () => {
    expect(readApiSettings({ SLUICE_DATA_DIR: '/srv/sluice' }).databaseUrl).toBe(
      'sqlite:/srv/sluice/sluice.db',
    );
  });

  test('lists, IPv6 and single addresses are accepted', () => {
    const settings = readGatewaySettings({
      SLUICE_GATEWAY_LISTEN: '127.0.0.1:1, [::1]:2',
      SLUICE_UPSTREAM_ALLOW: '10.0.0.0/8,::1, 192.0.2.7',
      SLUICE_DNS_SERVERS: '10.0.0.53, 127.0.0.1:5353,::1,[fd00::53]:53',
    });
    expect(settings.listen).toEqual([
      { host: '127.0.0.1', port: 1 },
      { host: '::1', port: 2 },
    ]);
    expect(settings.upstreamAllow.map(({ address, prefixLength }) => `${address}/${prefixLength}`)).toEqual([
      '10.0.0.0/8',
      '::1/128',
      '192.0.2.7/32',
    ]);
    expect(settings.dnsServers).toEqual(['10.0.0.53', '127.0.0.1:5353', '::1', '[fd00::53]:53']);
  });

  test('a gateway has one worker, a given number, or one for each processor', () => {
    const workersOf = (text: string): number => readGatewaySettings({ SLUICE_GATEWAY_WORKERS: text }).workers;
    expect(['', '1', '16'].map(workersOf)).toEqual([1, 1, 16]);
    expect(workersOf('auto')).toBe(Math.min(availableParallelism(), 256));
  });

  test('a gateway uses the available engine, or a given one', () => {
    const engineOf = (text: string): string => readGatewaySettings({ SLUICE_ENGINE: text }).engine;
    expect(['', 'auto', 'native', 'typescript'].map(engineOf)).toEqual([
      'auto',
      'auto',
      'native',
      'typescript',
    ]);
    expect(() => engineOf('c++')).toThrow('SLUICE_ENGINE: expected one of auto, native, typescript');
  });

  test('an empty value counts as unset', () => {
    expect(readApiSettings({ SLUICE_ADMIN_TOKEN: '', SLUICE_REDIS_URL: ' ' })).toMatchObject({
      adminToken: null,
      redisUrl: null,
    });
  });

  test('a gateway accepts TLS beside plain TCP, or alone', () => {
    const tls = {
      SLUICE_GATEWAY_TLS_LISTEN: '0.0.0.0:8443,[::]:8443',
      SLUICE_TLS_CERTIFICATES: '/etc/sluice/tls:2026, with a comma',
    };
    expect(readGatewaySettings({}).tls).toBeNull();
    expect(readGatewaySettings(tls)).toMatchObject({
      listen: [{ port: 8080 }],
      tls: {
        listen: [{ host: '0.0.0.0' }, { host: '::' }],
        certificatesDir: '/etc/sluice/tls:2026, with a comma',
        clientCaFile: null,
        http2: true,
      },
    });
    expect(readGatewaySettings({ ...tls, SLUICE_GATEWAY_LISTEN: 'none' }).listen).toEqual([]);
  });

  test('settings that require each other are checked together', () => {
    for (const [setting, environment] of [
      ['SLUICE_TLS_CERTIFICATES', { SLUICE_GATEWAY_TLS_LISTEN: '0.0.0.0:8443' }],
      ['SLUICE_GATEWAY_LISTEN', { SLUICE_GATEWAY_LISTEN: 'none' }],
      ['SLUICE_PROXY_PROTOCOL', { SLUICE_PROXY_PROTOCOL: 'on' }],
      ['SLUICE_MAX_TARGET_BYTES', { SLUICE_MAX_TARGET_BYTES: '70000' }],
    ] as const) {
      expect(errorOf(() => readGatewaySettings(environment)).setting).toBe(setting);
    }
  });

  test.each([
    ['SLUICE_GATEWAY_TLS_LISTEN', ':8443'],
    ['SLUICE_PROXY_PROTOCOL', 'true'],
    ['SLUICE_TLS_CERTIFICATES', 'a\nb'],
    ['SLUICE_TLS_CLIENT_CA', 'a\u0000b'],
    ['SLUICE_GATEWAY_LISTEN', '0.0.0.0:70000'],
    ['SLUICE_GATEWAY_LISTEN', '::1:80'],
    ['SLUICE_GATEWAY_LISTEN', '127.0.0.1:80,'],
    ['SLUICE_GATEWAY_ADMIN_LISTEN', 'http://x:1'],
    ['SLUICE_UPSTREAM_ALLOW', '10.0.0.0/33'],
    ['SLUICE_UPSTREAM_ALLOW', 'all'],
    ['SLUICE_UPSTREAM_ALLOW', '10.0.0/8'],
    ['SLUICE_DNS_SERVERS', 'dns.example'],
    ['SLUICE_DNS_SERVERS', '10.0.0.53:0'],
    ['SLUICE_DNS_SERVERS', '10.0.0.53,'],
    ['SLUICE_TRUSTED_PROXIES', '1'],
    ['SLUICE_GATEWAY_WORKERS', '0'],
    ['SLUICE_GATEWAY_WORKERS', '257'],
    ['SLUICE_GATEWAY_WORKERS', 'AUTO'],
    ['SLUICE_MAX_TARGET_BYTES', '1023'],
    ['SLUICE_MAX_HEADER_BYTES', '64k'],
    ['SLUICE_DRAIN_SECONDS', '1.5'],
    ['SLUICE_DRAIN_SECONDS', '99999'],
    ['SLUICE_REDIS_URL', 'redis//x'],
    ['SLUICE_REDIS_URL', 'memcached://s3cr3t@x'],
    ['SLUICE_REDIS_PREFIX', 'a b'],
    ['SLUICE_LOG_LEVEL', 'verbose'],
  ])('the error for a wrong setting names the setting, but not its value: %s=%s', (setting, value) => {
    const error = errorOf(() => readGatewaySettings({ [setting]: value }));
    expect(error.setting).toBe(setting);
    expect(error.message).toMatch(new RegExp(`^${setting}: expected [^\\n]+$`));
    expect(error.message).not.toContain('s3cr3t');
  });

  test.each([
    ['SLUICE_ADMIN_TOKEN', 'short'],
    ['SLUICE_ADMIN_TOKEN', 'has white space inside'],
    ['SLUICE_DATABASE_URL', 'sqlite::memory:'],
    ['SLUICE_DATABASE_URL', 'mysql://x'],
  ])(
    'the error for a wrong setting of the API names the setting, but not its value: %s=%s',
    (setting, value) => {
      expect(errorOf(() => readApiSettings({ [setting]: value })).setting).toBe(setting);
    },
  );
});

function errorOf(read: () => unknown): SettingsError {
  try {
    read();
  } catch (error) {
    if (error instanceof SettingsError) return error;
  }
  throw new Error('nothing was wrong');
}
