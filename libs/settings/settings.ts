import type { AddressRange } from '#libs/addresses';
import * as addresses from './definitions/addresses.js';
import * as bounds from './definitions/bounds.js';
import * as listen from './definitions/listen.js';
import * as runtime from './definitions/runtime.js';
import * as storage from './definitions/storage.js';
import type { Environment, ListenAddress } from './setting-readers.js';
import { SettingsError } from './settings-error.js';
import { readTlsSettings, type TlsSettings } from './tls-settings.js';

export type LogLevel = ReturnType<typeof runtime.logLevel.read>;
/**
 * The implementation that relays connections: `auto` is the native engine if it is available, or else
 * TypeScript.
 */
export type EngineChoice = ReturnType<typeof runtime.engine.read>;

/** The settings of both applications. */
export interface SharedSettings {
  /** Absolute path of the folder for the database, the admin token and the last good snapshot. */
  dataDir: string;
  /** The Redis over which changes are distributed; null: the in-process bus. */
  redisUrl: string | null;
  /** The prefix of every key and channel in Redis. */
  redisPrefix: string;
  logLevel: LogLevel;
  /** Peers whose forwarding headers are trusted. */
  trustedProxies: AddressRange[];
}

export interface ApiSettings extends SharedSettings {
  listen: ListenAddress;
  /** `sqlite:` and an absolute path, or the URL of a Postgres. */
  databaseUrl: string;
  /** Null: generated at the first start, and kept in a file in `dataDir`. */
  adminToken: string | null;
  /** The maximum rate of writes of each tenant's own keys, per second; 0: no limit. */
  tenantWritesPerSecond: number;
  /** The origins whose pages may use tokens from a browser. */
  corsOrigins: string[];
  /** Where clients reach the gateways, without a path; null: unknown. */
  gatewayPublicUrl: string | null;
  /** Older audit entries are moved into files; 0: they are kept forever. */
  auditRetentionDays: number;
  /** Older usage is deleted from the history; 0: it is kept forever. */
  usageRetentionDays: number;
  /** Ranges to which webhooks may be sent besides public addresses. */
  upstreamAllow: AddressRange[];
}

export interface GatewaySettings extends SharedSettings {
  /** The addresses on which clients connect without TLS. */
  listen: ListenAddress[];
  /** Null: the gateway does not accept TLS. */
  tls: TlsSettings | null;
  adminListen: ListenAddress;
  /** Ranges that may be dialed besides public addresses. */
  upstreamAllow: AddressRange[];
  /**
   * The name servers for the hosts of upstreams, as `address` or `address:port`; null: those of the system.
   */
  dnsServers: string[] | null;
  /** Whether the trusted proxies begin every connection with a PROXY header. */
  proxyProtocol: boolean;
  /**
   * The number of sockets of one client address that may wait for admission; further requests are answered
   * with 429. 0: no limit.
   */
  maxPendingPerAddress: number;
  /** The number of sockets of all addresses together that may wait for admission; 0: no limit. */
  maxPending: number;
  /** The number of requests of one tenant that may wait for an answer of their upstream; 0: no limit. */
  maxWaitingDialsPerTenant: number;
  /** The same for one route. */
  maxWaitingDialsPerRoute: number;
  /** Longest request target: path and query. */
  maxTargetBytes: number;
  /** Largest request head: target, names and values of the fields together. */
  maxHeaderBytes: number;
  /** The maximum number of bytes of usage reports on disk that no API has collected. */
  maxUsageBytes: number;
  /** Seconds over which the connections of a draining gateway are closed. */
  drainSeconds: number;
  /**
   * The number of gateways that one command runs, each in a separate process; 1: the process of the command
   * itself.
   */
  workers: number;
  engine: EngineChoice;
  /** Labels of routes and tenants by which usage is counted in metrics. */
  metricsLabels: string[];
}

export interface EchoSettings {
  listen: ListenAddress;
  logLevel: LogLevel;
}

export function readApiSettings(environment: Environment): ApiSettings {
  return {
    ...readSharedSettings(environment),
    listen: listen.apiListen.read(environment),
    databaseUrl: storage.databaseUrl.read(environment),
    adminToken: storage.adminToken.read(environment),
    tenantWritesPerSecond: bounds.tenantWritesPerSecond.read(environment),
    corsOrigins: addresses.apiCorsOrigins.read(environment),
    gatewayPublicUrl: addresses.gatewayPublicUrl.read(environment),
    auditRetentionDays: storage.auditRetentionDays.read(environment),
    usageRetentionDays: storage.usageRetentionDays.read(environment),
    upstreamAllow: addresses.upstreamAllow.read(environment),
  };
}

export function readGatewaySettings(environment: Environment): GatewaySettings {
  const shared = readSharedSettings(environment);
  return {
    ...shared,
    ...readClientAddresses(environment),
    adminListen: listen.gatewayAdminListen.read(environment),
    upstreamAllow: addresses.upstreamAllow.read(environment),
    dnsServers: addresses.dnsServers.read(environment),
    proxyProtocol: readProxyProtocol(environment, shared),
    maxPendingPerAddress: bounds.maxPendingPerAddress.read(environment),
    maxPending: bounds.maxPending.read(environment),
    maxWaitingDialsPerTenant: bounds.maxWaitingDialsPerTenant.read(environment),
    maxWaitingDialsPerRoute: bounds.maxWaitingDialsPerRoute.read(environment),
    ...readRequestBounds(environment),
    maxUsageBytes: storage.maxUsageBytes.read(environment),
    drainSeconds: runtime.drainSeconds.read(environment),
    workers: runtime.gatewayWorkers.read(environment),
    engine: runtime.engine.read(environment),
    metricsLabels: runtime.metricsLabels.read(environment),
  };
}

export function readEchoSettings(environment: Environment): EchoSettings {
  return { listen: listen.echoListen.read(environment), logLevel: runtime.logLevel.read(environment) };
}

function readSharedSettings(environment: Environment): SharedSettings {
  return {
    dataDir: storage.dataDir.read(environment),
    redisUrl: storage.redisUrl.read(environment),
    redisPrefix: storage.redisPrefix.read(environment),
    logLevel: runtime.logLevel.read(environment),
    trustedProxies: addresses.trustedProxies.read(environment),
  };
}

function readClientAddresses(environment: Environment): Pick<GatewaySettings, 'listen' | 'tls'> {
  const plain = listen.gatewayListen.read(environment);
  const tls = readTlsSettings(environment);
  if (plain.length > 0 || tls !== null) return { listen: plain, tls };
  throw new SettingsError('SLUICE_GATEWAY_LISTEN', 'may be none only with SLUICE_GATEWAY_TLS_LISTEN');
}

function readProxyProtocol(environment: Environment, { trustedProxies }: SharedSettings): boolean {
  const isOn = addresses.proxyProtocol.read(environment) === 'on';
  if (!isOn || trustedProxies.length > 0) return isOn;
  throw new SettingsError(
    'SLUICE_PROXY_PROTOCOL',
    'needs the addresses of the proxies in SLUICE_TRUSTED_PROXIES',
  );
}

function readRequestBounds(
  environment: Environment,
): Pick<GatewaySettings, 'maxTargetBytes' | 'maxHeaderBytes'> {
  const maxTargetBytes = bounds.maxTargetBytes.read(environment);
  const maxHeaderBytes = bounds.maxHeaderBytes.read(environment);
  if (maxTargetBytes <= maxHeaderBytes) return { maxTargetBytes, maxHeaderBytes };
  throw new SettingsError(
    'SLUICE_MAX_TARGET_BYTES',
    'must not be larger than SLUICE_MAX_HEADER_BYTES, in which the target counts',
  );
}
