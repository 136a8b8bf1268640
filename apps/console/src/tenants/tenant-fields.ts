import type { FieldSpec } from '../form/field-spec.js';
import { formObjectOf, type FormObject } from '../form/form-value.js';
import type { ListedTenant } from './use-tenants.js';

/** The initial values of a new tenant. */
export const newTenant: FormObject = {
  slug: '',
  labels: {},
  hosts: [],
  maintenance: null,
  limits: { maxConnections: 1000 },
  quota: {},
};

const readOnly = new Set(['id', 'createdAt', 'updatedAt', 'etag']);

/** The fields of a tenant that can be changed. */
export function editableTenant(tenant: ListedTenant): FormObject {
  return Object.fromEntries(Object.entries(formObjectOf(tenant)).filter(([name]) => !readOnly.has(name)));
}

export const tenantFields: readonly FieldSpec[] = [
  { kind: 'text', path: 'slug', label: 'tenants.slug', hint: 'tenants.slug.hint', isCode: true },
  { kind: 'text', path: 'name', label: 'tenants.name', hint: 'tenants.name.hint' },
  {
    kind: 'lines',
    path: 'hosts',
    label: 'tenants.hosts',
    hint: 'tenants.hosts.hint',
    placeholder: '*.acme.example',
  },
  {
    kind: 'pairs',
    path: 'labels',
    label: 'field.labels',
    hint: 'field.labels.hint',
    separator: '=',
    placeholder: 'env=prod',
  },
  { kind: 'number', path: 'limits.maxConnections', label: 'field.maxConnections', isNullable: true },
  { kind: 'number', path: 'limits.maxConnectionsPerKey', label: 'tenants.perKey', isNullable: true },
  { kind: 'number', path: 'limits.maxConnectionsPerIp', label: 'tenants.perIp', isNullable: true },
  { kind: 'number', path: 'limits.connectionsPerSecond', label: 'tenants.connectRate', isNullable: true },
  { kind: 'number', path: 'limits.requestsPerSecond', label: 'tenants.requestRate', isNullable: true },
  { kind: 'number', path: 'limits.messagesPerSecond', label: 'field.messagesPerSecond', isNullable: true },
  { kind: 'number', path: 'limits.bytesPerSecond', label: 'field.bytesPerSecond', isNullable: true },
  { kind: 'number', path: 'limits.maxMessageBytes', label: 'tenants.maxMessageBytes', isNullable: true },
  { kind: 'number', path: 'limits.maxRoutes', label: 'tenants.maxRoutes', isNullable: true },
  { kind: 'number', path: 'limits.maxApiKeys', label: 'tenants.maxApiKeys', isNullable: true },
  { kind: 'number', path: 'quota.connections', label: 'field.quota.connections', isNullable: true },
  {
    kind: 'number',
    path: 'quota.connectionMinutes',
    label: 'field.quota.connectionMinutes',
    isNullable: true,
  },
  { kind: 'number', path: 'quota.messages', label: 'field.quota.messages', isNullable: true },
  { kind: 'number', path: 'quota.bytes', label: 'field.quota.bytes', isNullable: true },
];
