import type { Setting } from '../setting.js';
import * as addresses from './addresses.js';
import * as bounds from './bounds.js';
import * as listen from './listen.js';
import * as runtime from './runtime.js';
import * as storage from './storage.js';
import * as tls from './tls.js';

interface SettingGroup {
  title: string;
  settings: readonly Setting<unknown>[];
}

/** Every setting that a program of Sluice reads, in the order of docs/configuration.md. */
export const settingGroups: readonly SettingGroup[] = [
  {
    title: 'Where processes listen',
    settings: [
      listen.apiListen,
      listen.gatewayListen,
      listen.gatewayTlsListen,
      listen.gatewayAdminListen,
      listen.echoListen,
    ],
  },
  { title: 'Certificates', settings: [tls.tlsCertificates, tls.tlsClientCa, tls.tlsHttp2] },
  {
    title: 'Storage and Redis',
    settings: [
      storage.dataDir,
      storage.databaseUrl,
      storage.redisUrl,
      storage.redisPrefix,
      storage.auditRetentionDays,
      storage.usageRetentionDays,
      storage.maxUsageBytes,
    ],
  },
  {
    title: 'The REST API',
    settings: [
      storage.adminToken,
      bounds.tenantWritesPerSecond,
      addresses.apiCorsOrigins,
      addresses.gatewayPublicUrl,
    ],
  },
  {
    title: 'Addresses and proxies',
    settings: [
      addresses.upstreamAllow,
      addresses.dnsServers,
      addresses.trustedProxies,
      addresses.proxyProtocol,
    ],
  },
  {
    title: 'Bounds of requests',
    settings: [
      bounds.maxPendingPerAddress,
      bounds.maxPending,
      bounds.maxWaitingDialsPerTenant,
      bounds.maxWaitingDialsPerRoute,
      bounds.maxTargetBytes,
      bounds.maxHeaderBytes,
    ],
  },
  {
    title: 'The gateway process, and logs',
    settings: [
      runtime.drainSeconds,
      runtime.gatewayWorkers,
      runtime.engine,
      runtime.metricsLabels,
      runtime.logLevel,
    ],
  },
];
