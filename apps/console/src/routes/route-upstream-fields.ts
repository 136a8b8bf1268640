import type { FieldSpec } from '../form/field-spec.js';
import { valueAt, type FormObject } from '../form/form-value.js';
import { newUpstream } from './new-route.js';

/** The servers to which connections are relayed. */
export const upstreamFields: readonly FieldSpec[] = [
  {
    kind: 'items',
    path: 'upstreams',
    label: 'route.upstreams',
    add: 'route.upstreams.add',
    initial: newUpstream,
    fields: [
      {
        kind: 'text',
        path: 'url',
        label: 'route.upstream.url',
        isCode: true,
        isWide: true,
        placeholder: 'ws://10.0.0.5:9000',
      },
      { kind: 'number', path: 'weight', label: 'route.upstream.weight' },
      {
        kind: 'choice',
        path: 'state',
        label: 'route.upstream.state',
        options: {
          active: 'route.upstream.active',
          drain: 'route.upstream.drain',
          down: 'route.upstream.down',
        },
      },
      {
        kind: 'choice',
        path: 'discovery',
        label: 'route.upstream.discovery',
        options: {
          none: 'route.discovery.none',
          addresses: 'route.discovery.addresses',
          srv: 'route.discovery.srv',
        },
      },
      { kind: 'number', path: 'maxConnections', label: 'field.maxConnections', isNullable: true },
      { kind: 'number', path: 'maxPending', label: 'route.upstream.maxPending', isNullable: true },
      { kind: 'flag', path: 'backup', label: 'route.upstream.backup' },
    ],
  },
];

const isSticky = (value: FormObject): boolean => value['balancing'] === 'sticky';

/** How the upstream of a connection is chosen. */
export const balancingFields: readonly FieldSpec[] = [
  {
    kind: 'choice',
    path: 'balancing',
    label: 'route.balancing',
    options: {
      roundRobin: 'route.balancing.roundRobin',
      leastConnections: 'route.balancing.leastConnections',
      powerOfTwo: 'route.balancing.powerOfTwo',
      consistentHash: 'route.balancing.consistentHash',
      sticky: 'route.balancing.sticky',
    },
  },
  { kind: 'number', path: 'slowStartMs', label: 'route.slowStartMs', isNullable: true },
  { kind: 'number', path: 'balanceFactor', label: 'route.balanceFactor', isNullable: true },
  { kind: 'number', path: 'retries.attempts', label: 'route.retries.attempts' },
  { kind: 'number', path: 'retries.budgetPercent', label: 'route.retries.budgetPercent' },
  { kind: 'number', path: 'retries.minPerSecond', label: 'route.retries.minPerSecond' },
  { kind: 'number', path: 'queue.maxRequests', label: 'route.queue.maxRequests' },
  { kind: 'number', path: 'queue.maxWaitMs', label: 'route.queue.maxWaitMs' },
  {
    kind: 'group',
    path: 'hashKey',
    label: 'route.hashKey',
    hint: 'route.hashKey.hint',
    initial: {
      from: 'clientAddress',
      name: null,
      segment: null,
      ipv4PrefixLength: 32,
      ipv6PrefixLength: 64,
    },
    fields: [
      {
        kind: 'choice',
        path: 'from',
        label: 'route.hashKey.from',
        options: {
          clientAddress: 'route.hashKey.clientAddress',
          header: 'route.hashKey.header',
          cookie: 'route.hashKey.cookie',
          query: 'route.hashKey.query',
          pathSegment: 'route.hashKey.pathSegment',
        },
      },
      { kind: 'text', path: 'name', label: 'route.condition.name', isCode: true, isNullable: true },
      { kind: 'number', path: 'segment', label: 'route.hashKey.segment', isNullable: true },
      { kind: 'number', path: 'ipv4PrefixLength', label: 'route.hashKey.ipv4' },
      { kind: 'number', path: 'ipv6PrefixLength', label: 'route.hashKey.ipv6' },
    ],
  },
  { kind: 'text', path: 'stickyCookie.name', label: 'route.sticky.name', isCode: true, isFor: isSticky },
  {
    kind: 'choice',
    path: 'stickyCookie.sameSite',
    label: 'route.sticky.sameSite',
    isFor: isSticky,
    options: { lax: 'route.sticky.lax', strict: 'route.sticky.strict', none: 'route.sticky.none' },
  },
  {
    kind: 'number',
    path: 'stickyCookie.maxAgeSeconds',
    label: 'route.sticky.maxAgeSeconds',
    isNullable: true,
    isFor: isSticky,
  },
  { kind: 'flag', path: 'stickyCookie.secure', label: 'route.sticky.secure', isFor: isSticky },
  { kind: 'flag', path: 'stickyCookie.partitioned', label: 'route.sticky.partitioned', isFor: isSticky },
];

const isHttp = (value: FormObject): boolean => value['type'] === 'http';
const isWebSocket = (value: FormObject): boolean => value['type'] === 'websocket';

/** When an upstream gets no connections. */
export const healthFields: readonly FieldSpec[] = [
  {
    kind: 'choice',
    path: 'onDown',
    label: 'route.onDown',
    options: { keep: 'choice.keep', move: 'choice.move' },
  },
  {
    kind: 'group',
    path: 'healthCheck',
    label: 'route.healthCheck',
    initial: {
      type: 'websocket',
      path: null,
      subprotocol: null,
      intervalMs: 10_000,
      timeoutMs: 2000,
      fall: 3,
      rise: 2,
      message: null,
      expect: null,
      expectedStatus: null,
    },
    fields: [
      {
        kind: 'choice',
        path: 'type',
        label: 'route.health.type',
        options: { tcp: 'route.health.tcp', http: 'route.health.http', websocket: 'route.health.websocket' },
      },
      {
        kind: 'text',
        path: 'path',
        label: 'route.match.path',
        isCode: true,
        isNullable: true,
        isFor: (value) => value['type'] !== 'tcp',
      },
      { kind: 'number', path: 'intervalMs', label: 'route.health.intervalMs' },
      { kind: 'number', path: 'timeoutMs', label: 'route.health.timeoutMs' },
      { kind: 'number', path: 'fall', label: 'route.health.fall' },
      { kind: 'number', path: 'rise', label: 'route.health.rise' },
      {
        kind: 'json',
        path: 'expectedStatus',
        label: 'route.health.expectedStatus',
        placeholder: '[200, 204]',
        isFor: isHttp,
      },
      {
        kind: 'text',
        path: 'subprotocol',
        label: 'route.health.subprotocol',
        isCode: true,
        isNullable: true,
        isFor: isWebSocket,
      },
      {
        kind: 'text',
        path: 'message',
        label: 'route.health.message',
        isNullable: true,
        isFor: isWebSocket,
      },
      { kind: 'text', path: 'expect', label: 'route.health.expect', isNullable: true, isFor: isWebSocket },
    ],
  },
  {
    kind: 'group',
    path: 'outlierEjection',
    label: 'route.outlierEjection',
    initial: { consecutiveFailures: 5, shortLivedMs: null, baseMs: 30_000, maxMs: 300_000 },
    fields: [
      { kind: 'number', path: 'consecutiveFailures', label: 'route.outlier.consecutiveFailures' },
      { kind: 'number', path: 'shortLivedMs', label: 'route.outlier.shortLivedMs', isNullable: true },
      { kind: 'number', path: 'baseMs', label: 'route.outlier.baseMs' },
      { kind: 'number', path: 'maxMs', label: 'route.outlier.maxMs' },
    ],
  },
];

const hasCertificate = (value: FormObject): boolean =>
  valueAt(value, 'upstreamTls.clientCertificate') !== null;

/** TLS to upstreams. A stored private key is never shown; without a new one it is kept. */
export const upstreamTlsFields: readonly FieldSpec[] = [
  { kind: 'flag', path: 'upstreamTls.verify', label: 'route.tls.verify' },
  {
    kind: 'text',
    path: 'upstreamTls.serverName',
    label: 'route.tls.serverName',
    isCode: true,
    isNullable: true,
  },
  {
    kind: 'text',
    path: 'upstreamTls.ca',
    label: 'route.tls.ca',
    rows: 4,
    isCode: true,
    isNullable: true,
    isWide: true,
  },
  {
    kind: 'text',
    path: 'upstreamTls.clientCertificate',
    label: 'route.tls.clientCertificate',
    rows: 4,
    isCode: true,
    isNullable: true,
    isWide: true,
  },
  {
    kind: 'text',
    path: 'upstreamTls.clientKey',
    label: 'route.tls.clientKey',
    hint: 'route.tls.clientKey.hint',
    rows: 4,
    isCode: true,
    isNullable: true,
    isWide: true,
    isFor: hasCertificate,
  },
];
