import type { FieldSpec } from '../form/field-spec.js';
import type { FormObject } from '../form/form-value.js';

/** The initial values of a new key. */
export const newKey: FormObject = {
  name: '',
  labels: {},
  scopes: ['connect'],
  routeIds: null,
  maxConnections: null,
  quota: { connections: null, connectionMinutes: null, messages: null, bytes: null },
  expiresAt: null,
};

/** The fields of a key, of which most people need the first two. */
export const keyFields: readonly FieldSpec[] = [
  { kind: 'text', path: 'name', label: 'keys.name', isWide: true },
  {
    kind: 'several',
    path: 'scopes',
    label: 'keys.scopes',
    hint: 'keys.scopes.hint',
    isWide: true,
    options: { connect: 'keys.scope.connect', read: 'keys.scope.read', manage: 'keys.scope.manage' },
  },
  { kind: 'moment', path: 'expiresAt', label: 'keys.expiresAt', hint: 'keys.expiresAt.hint' },
  { kind: 'number', path: 'maxConnections', label: 'field.maxConnections', isNullable: true },
  { kind: 'lines', path: 'routeIds', label: 'keys.routeIds', hint: 'keys.routeIds.hint', isNullable: true },
  {
    kind: 'pairs',
    path: 'labels',
    label: 'field.labels',
    hint: 'field.labels.hint',
    separator: '=',
    placeholder: 'env=prod',
  },
];

export const keyLimitFields: readonly FieldSpec[] = [
  { kind: 'number', path: 'messagesPerSecond', label: 'field.messagesPerSecond', isNullable: true },
  { kind: 'number', path: 'bytesPerSecond', label: 'field.bytesPerSecond', isNullable: true },
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
