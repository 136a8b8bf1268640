import { isDeepStrictEqual } from 'node:util';
import { matchKey, newId, type ConfigEntry, type RouteCreate } from '#libs/contract';
import {
  routeColumnsOf,
  RouteEntity,
  sharedPlaceOf,
  type RouteRow,
} from '../database/entities/route.entity.js';
import { routeListing } from '../lists/route-listing.js';
import { isFields, type Fields } from '../http/fields.js';
import { requireNoIdPrefix } from './require-no-id-prefix.js';
import { withheld, type PlaceBound, type Resource, type RowContext, type UniqueRule } from './resource.js';
import { routeDefinition, routeDocumentSchema, type RouteDocument } from './route-document.js';

const claimRule: UniqueRule = {
  code: 'route_conflict',
  message: 'another enabled route has the same host, path and conditions:',
};

/** How many enabled routes may share what `sharedPlaceOf` gives: requests try them one by one. */
export function placeBound({ pathType }: RouteCreate['match']): PlaceBound {
  return pathType === 'regex' ? regexBound : conditionBound;
}

const regexBound = boundOf(4, 'regular expressions may have the same host');
const conditionBound = boundOf(32, 'conditions may have the same host and path');

function boundOf(max: number, what: string): PlaceBound {
  return { max, message: `at most ${max} enabled routes with ${what}` };
}

export const routeResource: Resource<RouteRow, RouteDocument> = {
  kind: 'route',
  listing: routeListing,
  entity: RouteEntity,
  tenantIdOf: ({ tenantId }) => tenantId,
  fieldsOf: ({ definition }) => ({ ...definition }),
  auditedFields: [
    ...['name', 'labels', 'enabled', 'maintenance', 'match', 'upstreams', 'upstreamHost', 'upstreamTls'],
    ...['balancing', 'hashKey', 'balanceFactor', 'stickyCookie', 'slowStartMs'],
    ...['rewrite', 'requestHeaders', 'responseHeaders', 'auth', 'clientCertificate', 'allowedOrigins'],
    ...['healthCheck', 'outlierEjection', 'onDown', 'retries', 'queue'],
    ...['maxConnections', 'messagesPerSecond', 'bytesPerSecond', 'quota'],
    ...['http', 'maxRequestBytes', 'cors', 'requestsPerSecond'],
    ...['onChange', 'onAccessChange', 'onMessageRate', 'timeouts', 'keepalive'],
  ],
  redact: redactRoute,
  entryOf: routeEntry,
  publishedWhere: {},
  uniqueValuesOf: ({ claim }) => (claim === null ? [] : [claim]),
  deleteAction: 'route.delete',
  schema: routeDocumentSchema,
  documentOf: ({ id, definition }) => {
    const clientKey = definition.upstreamTls.clientKey === null ? null : withheld;
    return { id, ...definition, upstreamTls: { ...definition.upstreamTls, clientKey } };
  },
  rowFrom: routeRow,
  naturalKeyOf: ({ match }) => `${match.pathType} ${matchKey(match)}`,
  sortKeyOf: ({ id, match }) => [match.host, match.path, match.pathType, id].join('\n'),
  displayNameOf: ({ match }) => match.host + match.path,
  documentUniquesOf: ({ enabled, match }) =>
    enabled ? [{ rule: claimRule, value: matchKey(match), field: 'match' }] : [],
  documentNameOf: ({ name }) => name,
  documentSharedOf: (route) => ({ place: sharedPlaceOf(route), bound: placeBound(route.match) }),
  labelsOf: ({ definition }) => definition.labels,
  quotaOf: ({ definition }) => definition.quota,
  // A header field that a route sets can be a credential for its upstream.
  secretFields: /^(upstreamTls\.clientKey|requestHeaders\.set\..*)$/,
};

/** A route as gateways receive it; a disabled route is published as disabled. */
function routeEntry({ id, tenantId, definition }: RouteRow): ConfigEntry {
  return { kind: 'route', id, value: { id, tenantId, ...definition } };
}

function routeRow(document: RouteDocument, before: RouteRow | null, context: RowContext): RouteRow {
  const { tenantId, at, field } = context;
  // An id comes from an export, which may have a name from before the rule.
  const beforeName = before?.definition.name ?? (document.id === undefined ? null : document.name);
  requireNoIdPrefix({ kind: 'route', name: document.name, before: beforeName, field: `${field}.name` });
  const definition = routeDefinition(document, before?.definition ?? null, field);
  const isUnchanged = before !== null && isDeepStrictEqual(before.definition, definition);
  return {
    id: before?.id ?? document.id ?? newId('route'),
    tenantId,
    ...routeColumnsOf(tenantId, definition),
    definition,
    createdAt: before?.createdAt ?? at,
    updatedAt: isUnchanged ? before.updatedAt : at,
  };
}

// The trail outlives the route, and a header field that a route sets can be a credential for its upstream.
// Private keys must not be kept, and certificates are long, so the trail records only that they changed.
function redactRoute(fields: Fields): Fields {
  const { requestHeaders, upstreamTls, ...others } = fields;
  return {
    ...others,
    ...(isFields(requestHeaders) && { requestHeaders: withoutValues(requestHeaders) }),
    ...(isFields(upstreamTls) && { upstreamTls: withoutCertificates(upstreamTls) }),
  };
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
