import { resolve } from 'node:path';
import { expectedDatabaseUrl, readDatabaseUrl } from '../database-url.js';
import { expectedRedisUrl, readRedisUrl } from '../redis-url.js';
import { defineInteger, defineSetting } from '../setting.js';
import { readText, type Environment } from '../setting-readers.js';
import { SettingsError } from '../settings-error.js';

export const dataDir = defineSetting(
  {
    name: 'SLUICE_DATA_DIR',
    readBy: ['API', 'gateway'],
    summary: 'The folder of the database, the admin token and the last good snapshot.',
    default: '`./data`',
    expected: 'the path of a folder',
    example: '/var/lib/sluice',
    details: `The folder is created if it is missing.
A relative path is relative to the working directory of the process.
The API does not start if it cannot create or write the folder; a gateway logs that and runs without a snapshot file.`,
  },
  (environment, name) => resolve(readText(environment, name) ?? './data'),
);

export const databaseUrl = defineSetting(
  {
    name: 'SLUICE_DATABASE_URL',
    readBy: ['API'],
    summary: 'The database: a file of SQLite for one API, or a Postgres for several.',
    default: 'the file `sluice.db` in `SLUICE_DATA_DIR`',
    expected: expectedDatabaseUrl,
    example: 'sqlite:/srv/sluice.db',
    details: '[Postgres](#postgres) describes its URL.',
  },
  (environment) => readDatabaseUrl(environment, dataDir.read(environment)),
);

export const redisUrl = defineSetting(
  {
    name: 'SLUICE_REDIS_URL',
    readBy: ['API', 'gateway'],
    summary: 'The Redis through which the API and the gateways communicate.',
    default: 'none; required if API and gateways are separate processes',
    expected: expectedRedisUrl,
    example: 'redis://:secret@redis:6379',
    details: `It is one server, sentinels or a cluster: [Redis](#redis) describes the URL.
\`npm start\` ignores it and uses an in-process bus.`,
  },
  readRedisUrl,
);

export const redisPrefix = defineSetting(
  {
    name: 'SLUICE_REDIS_PREFIX',
    readBy: ['API', 'gateway'],
    summary: 'The prefix of every key and channel in Redis.',
    default: '`sluice`',
    expected: '1 to 64 letters, digits and any of "_.:-"',
    example: 'sluice-staging',
    details: 'API and gateways of one fleet need the same prefix; two fleets on one Redis need two.',
  },
  readRedisPrefix,
);

export const adminToken = defineSetting(
  {
    name: 'SLUICE_ADMIN_TOKEN',
    readBy: ['API'],
    summary: 'The admin token, with which the operator calls the REST API.',
    default: 'generated at the first start',
    expected: '16 to 512 printable characters without white space',
    example: '$(openssl rand -hex 32)',
    details: `If it is unset, the API generates a token of 256 random bits and keeps it in the file \`admin-token\` in \`SLUICE_DATA_DIR\`, with mode 0600.
The command [\`sluice\`](command-line.md) reads this variable, too.`,
  },
  readAdminToken,
);

export const auditRetentionDays = defineInteger(
  { fallback: 0, minimum: 0, maximum: 36_500 },
  {
    name: 'SLUICE_AUDIT_RETENTION_DAYS',
    readBy: ['API'],
    summary: 'The age at which audit entries are moved from the database into files.',
    unit: 'days',
    example: '400',
    details:
      '0 keeps them in the database forever. [The audit](operations/observe.md#the-audit) describes the files.',
  },
);

export const usageRetentionDays = defineInteger(
  { fallback: 400, minimum: 0, maximum: 36_500 },
  {
    name: 'SLUICE_USAGE_RETENTION_DAYS',
    readBy: ['API'],
    summary: 'The age at which the usage history is deleted.',
    unit: 'days; 0: never',
    example: '800',
    details: `[Usage and billing](operations/usage.md) describes the history.`,
  },
);

export const maxUsageBytes = defineInteger(
  { fallback: 67_108_864, minimum: 65_536, maximum: 68_719_476_736 },
  {
    name: 'SLUICE_MAX_USAGE_BYTES',
    readBy: ['gateway'],
    summary: 'How many bytes of usage reports a gateway keeps on disk while no API collects them.',
    unit: 'bytes',
    example: '1073741824',
    details: `A report has some 300 bytes for each tenant, route and key that was used in its 30 seconds.
Beyond this, the gateway keeps the usage in memory, and a crash loses it: [Usage and billing](operations/usage.md#when-a-part-is-down).`,
  },
);

function readRedisPrefix(environment: Environment, name: string): string {
  const prefix = readText(environment, name) ?? 'sluice';
  if (/^[A-Za-z0-9_.:-]{1,64}$/.test(prefix)) return prefix;
  throw new SettingsError(name, 'expected 1 to 64 letters, digits and any of "_.:-"');
}

// Short tokens are refused, since they could be guessed; 256 bits in hexadecimal are 64 characters.
function readAdminToken(environment: Environment, name: string): string | null {
  const token = readText(environment, name);
  if (token === undefined) return null;
  if (/^[\x21-\x7e]{16,512}$/.test(token)) return token;
  throw new SettingsError(name, 'expected 16 to 512 printable characters without white space');
}
