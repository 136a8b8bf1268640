import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { AddressRange } from '#libs/addresses';
import { readDatabaseUrl } from './database-url.js';
import { readRedisUrl } from './redis-url.js';
import {
  readAddressRanges,
  readChoice,
  readDnsServers,
  readInteger,
  readListenAddress,
  readOptionalListenAddresses,
  readText,
  type Environment,
  type ListenAddress,
} from './setting-readers.js';
import { SettingsError } from './settings-error.js';
import { readTlsSettings, type TlsSettings } from './tls-settings.js';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const engineChoices = ['auto', 'native', 'typescript'] as const;
/** What is to relay connections: `auto` is the native engine where it is available, else TypeScript. */
export type EngineChoice = (typeof engineChoices)[number];

/** What both applications need. */
export interface SharedSettings {
  /** Absolute path of the folder for the database, the admin token and the last good snapshot. */
  dataDir: string;
  /** Where changes are distributed; null is the in-process bus. */
  redisUrl: string | null;
  /** What every key and channel in Redis starts with. */
  redisPrefix: string;
  logLevel: LogLevel;
  /** Peers whose forwarding headers are believed. */
  trustedProxies: AddressRange[];
}

export interface ApiSettings extends SharedSettings {
  listen: ListenAddress;
  /** `sqlite:` and an absolute path, or the URL of a Postgres. */
  databaseUrl: string;
  /** Null: made at the first start, and kept in a file in `dataDir`. */
  adminToken: string | null;
  /** How many writes a second each tenant's own keys may send; 0: any number. */
  tenantWritesPerSecond: number;
  /** Older audit entries are moved into files; 0: they are kept for ever. */
  auditRetentionDays: number;
}

export interface GatewaySettings extends SharedSettings {
  /** Where clients connect without TLS. */
  listen: ListenAddress[];
  /** Null: no client speaks TLS with the gateway. */
  tls: TlsSettings | null;
  adminListen: ListenAddress;
  /** Ranges that may be dialed besides public addresses. */
  upstreamAllow: AddressRange[];
  /** Who is asked for the addresses of upstreams, as `address` or `address:port`; null: as the system is set up. */
  dnsServers: string[] | null;
  /** Whether the trusted proxies begin every connection with a PROXY header. */
  proxyProtocol: boolean;
  /** Sockets of one client address that may wait to be admitted; beyond, requests are answered with 429. 0: any number. */
  maxPendingPerAddress: number;
  /** Sockets of all addresses together that may wait to be admitted; 0: any number. */
  maxPending: number;
  /** Requests of one tenant that may wait for an answer of their upstream; 0: any number. */
  maxWaitingDialsPerTenant: number;
  /** The same for one route. */
  maxWaitingDialsPerRoute: number;
  /** Longest request target: path and query. */
  maxTargetBytes: number;
  /** Largest request head: target, names and values of the fields together. */
  maxHeaderBytes: number;
  /** Seconds over which the connections of a draining gateway are closed. */
  drainSeconds: number;
  /** How many gateways one command runs, each in a process of its own; 1: it is the one. */
  workers: number;
  engine: EngineChoice;
}

export interface EchoSettings {
  listen: ListenAddress;
  logLevel: LogLevel;
}

export function readApiSettings(environment: Environment): ApiSettings {
  const shared = readSharedSettings(environment);
  return {
    ...shared,
    listen: readListenAddress(environment, 'SLUICE_API_LISTEN', '127.0.0.1:3000'),
    databaseUrl: readDatabaseUrl(environment, shared.dataDir),
    adminToken: readAdminToken(environment),
    tenantWritesPerSecond: readInteger(environment, 'SLUICE_TENANT_WRITES_PER_SECOND', {
      fallback: 50,
      ...anyNumber,
    }),
    auditRetentionDays: readInteger(environment, 'SLUICE_AUDIT_RETENTION_DAYS', {
      fallback: 0,
      minimum: 0,
      maximum: 36_500,
    }),
  };
}

export function readGatewaySettings(environment: Environment): GatewaySettings {
  const listen = readOptionalListenAddresses(environment, 'SLUICE_GATEWAY_LISTEN', '0.0.0.0:8080');
  const tls = readTlsSettings(environment);
  if (listen.length === 0 && tls === null) {
    throw new SettingsError('SLUICE_GATEWAY_LISTEN', 'may be none only with SLUICE_GATEWAY_TLS_LISTEN');
  }
  const shared = readSharedSettings(environment);
  const proxyProtocol = readChoice(environment, 'SLUICE_PROXY_PROTOCOL', ['on', 'off'], 'off') === 'on';
  if (proxyProtocol && shared.trustedProxies.length === 0) {
    throw new SettingsError(
      'SLUICE_PROXY_PROTOCOL',
      'needs the addresses of the proxies in SLUICE_TRUSTED_PROXIES',
    );
  }
  return {
    ...shared,
    listen,
    tls,
    adminListen: readListenAddress(environment, 'SLUICE_GATEWAY_ADMIN_LISTEN', '127.0.0.1:9090'),
    upstreamAllow: readAddressRanges(environment, 'SLUICE_UPSTREAM_ALLOW'),
    dnsServers: readDnsServers(environment, 'SLUICE_DNS_SERVERS'),
    proxyProtocol,
    maxPendingPerAddress: readInteger(environment, 'SLUICE_MAX_PENDING_PER_ADDRESS', {
      fallback: 100,
      ...anyNumber,
    }),
    maxPending: readInteger(environment, 'SLUICE_MAX_PENDING', { fallback: 10_000, ...anyNumber }),
    maxWaitingDialsPerTenant: readInteger(environment, 'SLUICE_MAX_WAITING_DIALS_PER_TENANT', {
      fallback: 1000,
      ...anyNumber,
    }),
    maxWaitingDialsPerRoute: readInteger(environment, 'SLUICE_MAX_WAITING_DIALS_PER_ROUTE', {
      fallback: 500,
      ...anyNumber,
    }),
    ...readRequestBounds(environment),
    drainSeconds: readInteger(environment, 'SLUICE_DRAIN_SECONDS', {
      fallback: 30,
      minimum: 0,
      maximum: 86_400,
    }),
    workers: readWorkers(environment),
    engine: readChoice(environment, 'SLUICE_ENGINE', engineChoices, 'auto'),
  };
}

function readRequestBounds(
  environment: Environment,
): Pick<GatewaySettings, 'maxTargetBytes' | 'maxHeaderBytes'> {
  const range = { minimum: 1024, maximum: 1_048_576 };
  const maxTargetBytes = readInteger(environment, 'SLUICE_MAX_TARGET_BYTES', { fallback: 32_768, ...range });
  const maxHeaderBytes = readInteger(environment, 'SLUICE_MAX_HEADER_BYTES', { fallback: 65_536, ...range });
  if (maxTargetBytes <= maxHeaderBytes) return { maxTargetBytes, maxHeaderBytes };
  throw new SettingsError(
    'SLUICE_MAX_TARGET_BYTES',
    'must not be larger than SLUICE_MAX_HEADER_BYTES, in which the target counts',
  );
}

const anyNumber = { minimum: 0, maximum: 1_000_000 };
const mostWorkers = 256;

export function readEchoSettings(environment: Environment): EchoSettings {
  return {
    listen: readListenAddress(environment, 'SLUICE_ECHO_LISTEN', '127.0.0.1:9000'),
    logLevel: readLogLevel(environment),
  };
}

function readSharedSettings(environment: Environment): SharedSettings {
  return {
    dataDir: resolve(readText(environment, 'SLUICE_DATA_DIR') ?? './data'),
    redisUrl: readRedisUrl(environment),
    redisPrefix: readRedisPrefix(environment),
    logLevel: readLogLevel(environment),
    trustedProxies: readAddressRanges(environment, 'SLUICE_TRUSTED_PROXIES'),
  };
}

function readWorkers(environment: Environment): number {
  const text = readText(environment, 'SLUICE_GATEWAY_WORKERS') ?? '1';
  const count =
    text === 'auto' ? Math.min(availableParallelism(), mostWorkers) : Number(/^[0-9]{1,3}$/.exec(text)?.[0]);
  if (count >= 1 && count <= mostWorkers) return count;
  throw new SettingsError(
    'SLUICE_GATEWAY_WORKERS',
    `expected auto or a whole number from 1 to ${mostWorkers}`,
  );
}

function readLogLevel(environment: Environment): LogLevel {
  return readChoice(environment, 'SLUICE_LOG_LEVEL', logLevels, 'info');
}

function readRedisPrefix(environment: Environment): string {
  const prefix = readText(environment, 'SLUICE_REDIS_PREFIX') ?? 'sluice';
  if (/^[A-Za-z0-9_.:-]{1,64}$/.test(prefix)) return prefix;
  throw new SettingsError('SLUICE_REDIS_PREFIX', 'expected 1 to 64 letters, digits and any of "_.:-"');
}

// A token that can be guessed is worse than none; 256 bits in hexadecimal are 64 characters.
function readAdminToken(environment: Environment): string | null {
  const token = readText(environment, 'SLUICE_ADMIN_TOKEN');
  if (token === undefined) return null;
  if (/^[\x21-\x7e]{16,512}$/.test(token)) return token;
  throw new SettingsError(
    'SLUICE_ADMIN_TOKEN',
    'expected 16 to 512 printable characters without white space',
  );
}
