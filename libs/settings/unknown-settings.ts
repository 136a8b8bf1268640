import { closest, distance } from 'fastest-levenshtein';
import type { Environment } from './setting-readers.js';

/** Every setting that a program of Sluice reads; a test keeps it equal to what they read. */
export const knownSettings = [
  'SLUICE_ADMIN_TOKEN',
  'SLUICE_API_LISTEN',
  'SLUICE_AUDIT_RETENTION_DAYS',
  'SLUICE_DATABASE_URL',
  'SLUICE_DATA_DIR',
  'SLUICE_DNS_SERVERS',
  'SLUICE_DRAIN_SECONDS',
  'SLUICE_ECHO_LISTEN',
  'SLUICE_ENGINE',
  'SLUICE_GATEWAY_ADMIN_LISTEN',
  'SLUICE_GATEWAY_LISTEN',
  'SLUICE_GATEWAY_TLS_LISTEN',
  'SLUICE_GATEWAY_WORKERS',
  'SLUICE_LOG_LEVEL',
  'SLUICE_MAX_HEADER_BYTES',
  'SLUICE_MAX_PENDING',
  'SLUICE_MAX_PENDING_PER_ADDRESS',
  'SLUICE_MAX_TARGET_BYTES',
  'SLUICE_MAX_WAITING_DIALS_PER_ROUTE',
  'SLUICE_MAX_WAITING_DIALS_PER_TENANT',
  'SLUICE_PROXY_PROTOCOL',
  'SLUICE_REDIS_PREFIX',
  'SLUICE_REDIS_URL',
  'SLUICE_TENANT_WRITES_PER_SECOND',
  'SLUICE_TLS_CERTIFICATES',
  'SLUICE_TLS_CLIENT_CA',
  'SLUICE_TRUSTED_PROXIES',
  'SLUICE_UPSTREAM_ALLOW',
] as const;

// Read by the command `sluice`, and by the tests.
const settingsOfTools = /^SLUICE_(API_URL$|TEST_)/;
// Kubernetes sets variables for each service of a namespace: a service `sluice-api` makes SLUICE_API_PORT.
const kubernetesService = /_SERVICE_(HOST|PORT)$/;
const kubernetesPort = /_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/;
const maxDistance = 5;

export interface UnknownSetting {
  name: string;
  /** The setting with the most similar name; null where none is similar. */
  nearest: string | null;
}

/** The variables of the environment that look like settings of Sluice and are none, in alphabetical order. */
export function unknownSettings(environment: Environment): UnknownSetting[] {
  const known = new Set<string>(knownSettings);
  return Object.keys(environment)
    .filter((name) => name.startsWith('SLUICE_') && !known.has(name))
    .filter((name) => !settingsOfTools.test(name) && !isOfKubernetes(name, environment[name] ?? ''))
    .sort()
    .map((name) => ({ name, nearest: nearestTo(name) }));
}

function isOfKubernetes(name: string, value: string): boolean {
  if (kubernetesService.test(name) || name.includes('_SERVICE_PORT_') || kubernetesPort.test(name))
    return true;
  // The value is a URL there; a mistyped SLUICE_API_PORT=3000 has a number.
  return name.endsWith('_PORT') && value.includes('://');
}

function nearestTo(name: string): string | null {
  const nearest = closest(name, knownSettings);
  return distance(name, nearest) <= maxDistance ? nearest : null;
}
