import type { FieldSpec } from '../form/field-spec.js';
import type { SectionSpec } from '../form/form-section.js';
import { accessFields, jwtSection } from './route-access-fields.js';
import { balancingFields, healthFields, upstreamFields, upstreamTlsFields } from './route-upstream-fields.js';

const basics: readonly FieldSpec[] = [
  { kind: 'text', path: 'name', label: 'route.name', hint: 'route.name.hint' },
  { kind: 'flag', path: 'enabled', label: 'route.enabled' },
  {
    kind: 'pairs',
    path: 'labels',
    label: 'field.labels',
    hint: 'field.labels.hint',
    separator: '=',
    placeholder: 'env=prod',
  },
  {
    kind: 'group',
    path: 'maintenance',
    label: 'route.maintenance',
    hint: 'route.maintenance.hint',
    initial: { retryAfterSeconds: 60, connections: 'keep' },
    fields: [
      { kind: 'number', path: 'retryAfterSeconds', label: 'route.maintenance.retryAfterSeconds' },
      {
        kind: 'choice',
        path: 'connections',
        label: 'route.maintenance.connections',
        options: { keep: 'choice.keep', drain: 'choice.drain' },
      },
    ],
  },
];

const match: readonly FieldSpec[] = [
  {
    kind: 'text',
    path: 'match.host',
    label: 'route.match.host',
    hint: 'route.match.host.hint',
    isCode: true,
  },
  { kind: 'text', path: 'match.path', label: 'route.match.path', isCode: true },
  {
    kind: 'choice',
    path: 'match.pathType',
    label: 'route.match.pathType',
    options: {
      prefix: 'route.match.prefix',
      exact: 'route.match.exact',
      template: 'route.match.template',
      regex: 'route.match.regex',
    },
  },
  {
    kind: 'choice',
    path: 'match.encodedSlash',
    label: 'route.match.encodedSlash',
    options: { refuse: 'choice.refuse', pass: 'choice.pass' },
  },
  {
    kind: 'items',
    path: 'match.headers',
    label: 'route.match.headers',
    add: 'route.match.add',
    isNullable: true,
    initial: { name: '', value: null, valueType: 'exact' },
    fields: [
      { kind: 'text', path: 'name', label: 'route.condition.name', isCode: true },
      {
        kind: 'text',
        path: 'value',
        label: 'route.condition.value',
        hint: 'route.condition.value.hint',
        isCode: true,
        isNullable: true,
      },
      {
        kind: 'choice',
        path: 'valueType',
        label: 'route.condition.valueType',
        options: { exact: 'route.match.exact', prefix: 'route.match.prefix' },
      },
    ],
  },
  {
    kind: 'items',
    path: 'match.query',
    label: 'route.match.query',
    add: 'route.match.add',
    isNullable: true,
    initial: { name: '', value: null },
    fields: [
      { kind: 'text', path: 'name', label: 'route.condition.name', isCode: true },
      {
        kind: 'text',
        path: 'value',
        label: 'route.condition.value',
        hint: 'route.condition.value.hint',
        isCode: true,
        isNullable: true,
      },
    ],
  },
];

const http: readonly FieldSpec[] = [
  {
    kind: 'choice',
    path: 'http',
    label: 'route.http',
    options: { refuse: 'choice.refuse', proxy: 'route.http.proxy' },
  },
  { kind: 'number', path: 'requestsPerSecond', label: 'route.requestsPerSecond', isNullable: true },
  { kind: 'number', path: 'maxRequestBytes', label: 'route.maxRequestBytes', isNullable: true },
  { kind: 'number', path: 'timeouts.responseMs', label: 'route.timeouts.responseMs' },
  {
    kind: 'group',
    path: 'cors',
    label: 'route.cors',
    hint: 'route.cors.hint',
    initial: {
      allowedMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: null,
      exposedHeaders: [],
      allowCredentials: false,
      maxAgeSeconds: null,
    },
    fields: [
      { kind: 'lines', path: 'allowedMethods', label: 'route.cors.allowedMethods', placeholder: 'GET' },
      {
        kind: 'lines',
        path: 'allowedHeaders',
        label: 'route.cors.allowedHeaders',
        hint: 'route.allowedOrigins.hint',
        isNullable: true,
        placeholder: 'Content-Type',
      },
      { kind: 'lines', path: 'exposedHeaders', label: 'route.cors.exposedHeaders', placeholder: 'ETag' },
      { kind: 'flag', path: 'allowCredentials', label: 'route.cors.allowCredentials' },
      { kind: 'number', path: 'maxAgeSeconds', label: 'route.cors.maxAgeSeconds', isNullable: true },
    ],
  },
];

const limits: readonly FieldSpec[] = [
  { kind: 'number', path: 'maxConnections', label: 'field.maxConnections', isNullable: true },
  { kind: 'number', path: 'messagesPerSecond', label: 'field.messagesPerSecond', isNullable: true },
  { kind: 'number', path: 'bytesPerSecond', label: 'field.bytesPerSecond', isNullable: true },
  {
    kind: 'choice',
    path: 'onMessageRate',
    label: 'route.onMessageRate',
    options: { slow: 'choice.slow', close: 'choice.close' },
  },
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

const headers: readonly FieldSpec[] = [
  { kind: 'flag', path: 'rewrite.stripPrefix', label: 'route.rewrite.stripPrefix' },
  {
    kind: 'text',
    path: 'rewrite.replacePrefix',
    label: 'route.rewrite.replacePrefix',
    isCode: true,
    isNullable: true,
    placeholder: '/v2',
  },
  {
    kind: 'choice',
    path: 'rewrite.redirects',
    label: 'route.rewrite.redirects',
    options: { pass: 'choice.pass', map: 'choice.map' },
  },
  {
    kind: 'choice',
    path: 'rewrite.cookies',
    label: 'route.rewrite.cookies',
    options: { pass: 'choice.pass', map: 'choice.map' },
  },
  {
    kind: 'choice',
    path: 'upstreamHost',
    label: 'route.upstreamHost',
    options: { upstream: 'route.upstreamHost.upstream', client: 'route.upstreamHost.client' },
  },
  {
    kind: 'pairs',
    path: 'requestHeaders.set',
    label: 'route.requestHeaders.set',
    separator: ': ',
    placeholder: 'X-Tenant: $tenant',
    isWide: true,
  },
  {
    kind: 'lines',
    path: 'requestHeaders.remove',
    label: 'route.requestHeaders.remove',
    placeholder: 'Cookie',
  },
  {
    kind: 'pairs',
    path: 'responseHeaders.set',
    label: 'route.responseHeaders.set',
    separator: ': ',
    placeholder: 'X-Served-By: sluice',
    isWide: true,
  },
  {
    kind: 'lines',
    path: 'responseHeaders.remove',
    label: 'route.responseHeaders.remove',
    placeholder: 'Server',
  },
];

const behaviour: readonly FieldSpec[] = [
  { kind: 'number', path: 'timeouts.connectMs', label: 'route.timeouts.connectMs' },
  { kind: 'number', path: 'timeouts.handshakeMs', label: 'route.timeouts.handshakeMs' },
  { kind: 'number', path: 'timeouts.idleMs', label: 'route.timeouts.idleMs', isNullable: true },
  { kind: 'number', path: 'timeouts.maxLifetimeMs', label: 'route.timeouts.maxLifetimeMs', isNullable: true },
  { kind: 'number', path: 'keepalive.pingIntervalMs', label: 'route.keepalive', isNullable: true },
  {
    kind: 'choice',
    path: 'onChange',
    label: 'route.onChange',
    options: { keep: 'choice.keep', drain: 'choice.drain' },
  },
  {
    kind: 'choice',
    path: 'onAccessChange',
    label: 'route.onAccessChange',
    options: { keep: 'choice.keep', close: 'choice.close' },
  },
];

/** Every field of a route, in the order in which people think of them. */
export const routeSections: readonly SectionSpec[] = [
  { title: 'route.section.basics', about: 'route.section.basics.about', fields: basics, isOpen: true },
  { title: 'route.section.match', about: 'route.section.match.about', fields: match, isOpen: true },
  {
    title: 'route.section.upstreams',
    about: 'route.section.upstreams.about',
    fields: upstreamFields,
    isOpen: true,
  },
  {
    title: 'route.section.access',
    about: 'route.section.access.about',
    fields: [...accessFields, jwtSection],
    isOpen: true,
  },
  { title: 'route.section.limits', about: 'route.section.limits.about', fields: limits },
  { title: 'route.section.http', about: 'route.section.http.about', fields: http },
  { title: 'route.section.balancing', about: 'route.section.balancing.about', fields: balancingFields },
  { title: 'route.section.health', about: 'route.section.health.about', fields: healthFields },
  { title: 'route.section.headers', about: 'route.section.headers.about', fields: headers },
  { title: 'route.section.tls', about: 'route.section.tls.about', fields: upstreamTlsFields },
  { title: 'route.section.behaviour', about: 'route.section.behaviour.about', fields: behaviour },
];

export const routeFields: readonly FieldSpec[] = routeSections.flatMap(({ fields }) => fields);
