import type { EntityManager } from 'typeorm';
import type { Tenant } from '#libs/contract';
import { ApiKeyEntity, type ApiKeyRow } from '../database/entities/api-key.entity.js';
import type { AuditSubject } from '../database/entities/audit-entry.entity.js';
import { OperatorEntity, type OperatorRow } from '../database/entities/operator.entity.js';
import { RouteEntity, type RouteRow } from '../database/entities/route.entity.js';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { fieldDifference, isFields, type Fields } from './field-difference.js';

/** What an act has made of a thing, as far as the trail keeps it; both null where it has changed nothing. */
export interface AuditedStates {
  /** The fields that changed, as they were; all of them where the thing is gone, null where it was not there. */
  before: Fields | null;
  /** The fields that changed, as they are; all of them where the thing is new, null where it is gone. */
  after: Fields | null;
}

/** The fields that are kept of each kind of thing. What is missing here is secret, or says nothing. */
export const auditedFields = {
  tenant: ['slug', 'name', 'status', 'hosts', 'limits'],
  route: [
    ...(['name', 'enabled', 'match', 'upstreams', 'upstreamHost', 'upstreamTls', 'balancing'] as const),
    ...(['rewrite', 'requestHeaders', 'auth', 'clientCertificate', 'allowedOrigins'] as const),
    ...(['maxConnections', 'onChange', 'onAccessChange', 'onMessageRate', 'timeouts', 'keepalive'] as const),
  ],
  apiKey: [
    ...['name', 'scopes', 'routeIds', 'maxConnections', 'expiresAt', 'revokedAt'],
    ...['prefix', 'previousPrefix', 'previousExpiresAt'],
  ],
  operator: ['name', 'role', 'prefix', 'revokedAt'],
} as const;

export interface AuditedRows {
  tenant: Tenant;
  route: RouteRow;
  apiKey: ApiKeyRow;
  operator: OperatorRow;
}
export type AuditedKind = keyof AuditedRows;

/**
 * What an act has made of the thing that it is about: `before` sees what was committed before it, `after` is its
 * transaction. Both null for an act that is about no thing of the configuration.
 */
export async function auditedStates(
  { action, targetId: id }: Pick<AuditSubject, 'action' | 'targetId'>,
  before: EntityManager,
  after: EntityManager,
): Promise<AuditedStates> {
  const statesIn = async <Kind extends AuditedKind>(
    kind: Kind,
    find: (manager: EntityManager) => Promise<AuditedRows[Kind] | null>,
  ): Promise<AuditedStates> => statesOf(kind, await find(before), await find(after));
  switch (action.slice(0, action.indexOf('.'))) {
    case 'tenant':
      return statesIn('tenant', (manager) => manager.findOneBy(TenantEntity, { id }));
    case 'route':
      return statesIn('route', (manager) => manager.findOneBy(RouteEntity, { id }));
    case 'apiKey':
      return statesIn('apiKey', (manager) => manager.findOneBy(ApiKeyEntity, { id }));
    case 'operator':
      return statesIn('operator', (manager) => manager.findOneBy(OperatorEntity, { id }));
    default:
      return { before: null, after: null };
  }
}

/** What the trail keeps of a thing that was one row and is another. */
export function statesOf<Kind extends AuditedKind>(
  kind: Kind,
  before: AuditedRows[Kind] | null,
  after: AuditedRows[Kind] | null,
): AuditedStates {
  const [old, changed] = [keptFields(kind, before), keptFields(kind, after)];
  if (old === null || changed === null) return { before: shown(old), after: shown(changed) };
  const difference = fieldDifference(old, changed);
  if (Object.keys({ ...difference.before, ...difference.after }).length === 0)
    return { before: null, after: null };
  return { before: shown(difference.before), after: shown(difference.after) };
}

function keptFields<Kind extends AuditedKind>(kind: Kind, row: AuditedRows[Kind] | null): Fields | null {
  if (row === null) return null;
  const names: readonly string[] = auditedFields[kind];
  const fields = 'definition' in row ? row.definition : row;
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
}

const withheld = '(withheld)';
// A list of 64 long URLs has 130 kB; that it has changed is to be seen, and who changed it.
const maxValueLength = 16 * 1024;

// A header field that a route sets can be a credential for its upstream, and the trail outlives the route. Of the TLS
// to upstreams the private key must not be here, and certificates would be long: that they changed is to be seen.
function shown(fields: Fields | null): Fields | null {
  if (fields === null) return null;
  const { requestHeaders, upstreamTls, ...others } = fields;
  const masked = {
    ...others,
    ...(isFields(requestHeaders) && { requestHeaders: withoutValues(requestHeaders) }),
    ...(isFields(upstreamTls) && { upstreamTls: withoutCertificates(upstreamTls) }),
  };
  return Object.fromEntries(Object.entries(masked).map(([name, value]) => [name, shortened(value)]));
}

function withoutValues({ set, ...others }: Fields): Fields {
  if (!isFields(set)) return others;
  return { set: Object.fromEntries(Object.keys(set).map((name) => [name, withheld])), ...others };
}

function withoutCertificates(upstreamTls: Fields): Fields {
  const fields = Object.entries(upstreamTls).flatMap(([name, value]): [string, unknown][] => {
    if (name === 'verify' || name === 'serverName') return [[name, value]];
    return value === null ? [] : [[name, withheld]];
  });
  return Object.fromEntries(fields);
}

function shortened(value: unknown): unknown {
  const { length } = JSON.stringify(value);
  return length <= maxValueLength ? value : `(${length} characters, not kept)`;
}
