import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiBearerAuth, ApiConsumes, ApiHeader, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import type { ProblemCode } from '#libs/problem-details';
import { ReadsQuery } from '../http/query.guard.js';
import { Momentary } from '../http/resource-headers.interceptor.js';
import type { SparseSchema } from '../http/sparse-schema.js';
import { ProblemResponses } from './problem-responses.js';
import { responseHeader, type ResponseHeader } from './response-header.js';

type Feature =
  | 'body'
  | 'patch'
  | 'query'
  | 'page'
  | 'list'
  | 'fleet'
  | 'ifMatch'
  | 'ifNoneMatch'
  | 'idempotencyKey'
  | 'wait'
  | 'warning';

export interface OperationDescription {
  /** Unique among all operations; clients are generated with it. */
  id: string;
  summary: string;
  /** Details beyond the summary. */
  description?: string;
  /** 101: the answer is a WebSocket. */
  status: 101 | 200 | 201 | 202 | 204;
  /** The schema of the answer; omitted for an answer without a body. */
  answer?: z.ZodType | SparseSchema;
  /** The schema of the answer with 201 of a PUT that creates the resource. */
  creates?: z.ZodType;
  /** Names of the path parameters. */
  path: readonly (keyof typeof pathParameters)[];
  features: readonly Feature[];
  /** Whether it needs no credential; its handler is `@Public()`. */
  isPublic?: boolean;
  /** Error codes in addition to those implied by the features and the path. */
  problems?: readonly ProblemCode[];
}

/** The description of every PATCH. */
export const mergePatchDescription =
  'A JSON merge patch (RFC 7396): objects and maps are merged at any depth, and anything else is replaced. ' +
  'null removes an entry of a map, and is the value of a field that may be null. Defaults fill what the patch creates.';

/** Sets the status of a handler and documents it: parameters, answer, and all errors. */
export function Operation(description: OperationDescription): MethodDecorator {
  const { id, summary, description: more = '', status, path, features, isPublic = false } = description;
  return applyDecorators(
    HttpCode(status),
    ApiOperation({
      operationId: id,
      summary,
      ...(more !== '' && { description: more }),
      ...(isPublic && { security: [] }),
    }),
    ...(isPublic ? [] : [ApiBearerAuth()]),
    ...path.map((name) => ApiParam({ name, schema: { type: 'string' }, ...pathParameters[name] })),
    ...features.flatMap((feature) => featureDecorators[feature]),
    answerResponse(description),
    ...creation(description),
    ProblemResponses(problemsOf(description)),
  );
}

const pathParameters = {
  tenant: { description: 'Id or slug of the tenant', example: 'acme' },
  route: { description: 'Id or name of the route', example: 'chat' },
  key: { description: 'Id or name of the API key; a revoked one has no name here', example: 'web' },
  operator: { description: 'Id of the operator', example: 'opr_01jd3x4m5n6p7q8r9s0t1v2w3x' },
  connection: { description: 'Id of the connection', example: 'con_01jd3x4m5n6p7q8r9s0t1v2w3x' },
  webhook: { description: 'Id of the webhook', example: 'whk_01jd3x4m5n6p7q8r9s0t1v2w3x' },
  delivery: { description: 'Id of the delivery', example: 'whd_01jd3x4m5n6p7q8r9s0t1v2w3x' },
  gateway: { description: 'Id of the gateway', example: 'gtw_01jd3x4m5n6p7q8r9s0t1v2w3x' },
};

const readsEntityTag: MethodDecorator[] = [
  optionalHeader(
    'If-None-Match',
    'The `ETag` that was read: answered with 304 while the resource is unchanged',
  ),
  ApiResponse({ status: 304, description: 'The resource has not changed' }),
];

const featureDecorators: Record<Feature, MethodDecorator[]> = {
  body: [],
  patch: [ApiConsumes('application/json', 'application/merge-patch+json')],
  query: [ReadsQuery()],
  page: [ReadsQuery()],
  list: [ReadsQuery(), ...readsEntityTag],
  fleet: [Momentary()],
  ifMatch: [
    optionalHeader('If-Match', 'The `ETag` that was read: refused with 412 when the resource has changed'),
  ],
  ifNoneMatch: readsEntityTag,
  wait: [
    optionalHeader(
      'Prefer',
      '`wait=5`: answers once every live gateway has applied the change, or after 5 seconds (at most 60); gateways that ' +
        'have not by then are named in `Sluice-Gateways-Behind`',
    ),
  ],
  warning: [],
  idempotencyKey: [
    optionalHeader('Idempotency-Key', 'Any unique text: a repetition within 24 hours gets the same answer'),
  ],
};

const problemsOfBody: ProblemCode[] = [
  'malformed_json',
  'validation_failed',
  'body_too_large',
  'unsupported_media_type',
  'write_rate',
];

const featureProblems: Record<Feature, ProblemCode[]> = {
  body: problemsOfBody,
  patch: problemsOfBody,
  query: [],
  page: ['invalid_cursor'],
  list: ['invalid_cursor'],
  fleet: ['fleet_unavailable'],
  ifMatch: ['precondition_failed', 'write_rate'],
  ifNoneMatch: [],
  wait: [],
  warning: [],
  idempotencyKey: ['idempotency_conflict', 'idempotency_mismatch', 'write_rate'],
};

const problemsOfAll: readonly ProblemCode[] = [
  'invalid_request',
  'unauthorized',
  'forbidden',
  'tenant_suspended',
  'too_many_failures',
  'internal_error',
  'storage_unavailable',
];

function optionalHeader(name: string, description: string): MethodDecorator {
  return ApiHeader({ name, description, required: false, schema: { type: 'string' } });
}

function problemsOf({ path, features, problems = [] }: OperationDescription): ProblemCode[] {
  const notFound: ProblemCode[] = path.length > 0 ? ['not_found'] : [];
  return [...problemsOfAll, ...notFound, ...features.flatMap((f) => featureProblems[f]), ...problems];
}

function featureHeaders(features: readonly Feature[]): Record<string, ResponseHeader> {
  return {
    ...(features.includes('wait') && {
      'Preference-Applied': responseHeader('With `Prefer: wait`: the applied preference'),
      'Sluice-Revision': responseHeader(
        'The revision that the write committed; absent if it changed nothing',
      ),
      'Sluice-Gateways-Behind': responseHeader(
        'With `Prefer: wait`: ids of the gateways that had not applied it, or `unknown`',
      ),
    }),
    ...(features.includes('idempotencyKey') && {
      'Idempotency-Replayed': responseHeader('`true` where the answer is that of an earlier request'),
    }),
    ...(features.includes('patch') && {
      'Accept-Patch': responseHeader('Media types that a PATCH may have (RFC 5789)'),
    }),
  };
}

function creation({ creates, ...description }: OperationDescription): MethodDecorator[] {
  if (creates === undefined) return [];
  return [
    answerResponse({ ...description, status: 201, answer: creates }),
    optionalHeader('If-None-Match', '`*`: only creates the resource, and is refused with 412 if it exists'),
  ];
}

function answerResponse({ status, answer, features }: OperationDescription): MethodDecorator {
  if (answer === undefined) {
    return ApiResponse({ status, description: descriptions[status], headers: featureHeaders(features) });
  }
  const entityTag = { ETag: responseHeader('Entity tag of the resource') };
  const location = { Location: responseHeader('Path of the resource') };
  const isTagged = !features.includes('page') && !features.includes('fleet');
  const warning = {
    'Sluice-Warning': responseHeader(
      'To operators: the write succeeded, and one of its hosts overlaps with hosts of another tenant: `host_overlap;host="…";tenant="…"`',
    ),
  };
  const headers = {
    ...featureHeaders(features),
    ...(isTagged && entityTag),
    ...(status === 201 && location),
    ...(features.includes('warning') && warning),
  };
  return ApiResponse({ status, description: descriptions[status], standardSchema: answer, headers });
}

const descriptions = {
  101: 'The connection is a WebSocket now',
  200: 'The answer',
  201: 'Created',
  202: 'Accepted',
  204: 'Done',
};
