import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { fieldRules } from '#libs/contract';
import { problemDocument, problemMediaType, problems, type ProblemCode } from '#libs/problem-details';
import { responseHeader, type ResponseHeader } from './response-header.js';

/** The schema of every error, as a component of the OpenAPI document. */
export const problemComponent = {
  type: 'object',
  description: 'A problem document (RFC 9457). `code` is stable; docs/error-codes.md says what to check.',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string', format: 'uri', description: 'The code as a URI' },
    title: { type: 'string', description: 'The meaning of the code; constant' },
    status: { type: 'integer', description: 'The HTTP status' },
    code: { type: 'string', enum: Object.keys(problems), description: 'The error code; stable' },
    requestId: {
      type: 'string',
      description: 'The `X-Request-Id` of the answer, which is also in the log and in the audit trail',
    },
    detail: { type: 'string', description: 'Details of this error, for people' },
    limit: { type: 'string', description: 'The limit that was reached' },
    silentGateways: {
      type: 'array',
      items: { type: 'string' },
      description: 'Ids of the gateways that did not answer',
    },
    errors: {
      type: 'array',
      description: 'The problems of each field',
      items: {
        type: 'object',
        required: ['field', 'code', 'message'],
        properties: {
          field: { type: 'string', description: 'Path of the field, like `upstreams.0.url`' },
          code: {
            type: 'string',
            enum: Object.keys(fieldRules),
            description: 'The rule that the field breaks; stable. `invalid`: only the message says which',
          },
          message: { type: 'string', description: 'The problem, and what to write instead' },
          values: {
            type: 'object',
            additionalProperties: { type: ['string', 'number'] },
            description: 'What the rule expects, like `bound`; also in the message',
          },
        },
      },
    },
  },
};

/** Documents the errors of an operation: one response for each status, with an example for each code. */
export function ProblemResponses(codes: readonly ProblemCode[]): MethodDecorator {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes)) {
    const { status } = problems[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return applyDecorators(...[...byStatus].map(([status, codes]) => problemResponse(status, codes)));
}

function problemResponse(status: number, codes: readonly ProblemCode[]): MethodDecorator {
  const examples = codes.map((code) => [code, { value: exampleOf(code) }] as const);
  return ApiResponse({
    status,
    description: codes.map((code) => `\`${code}\`: ${problems[code].title}`).join('. '),
    headers: headersOf(status),
    content: {
      [problemMediaType]: {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(examples),
      },
    },
  });
}

function headersOf(status: number): Record<string, ResponseHeader> {
  const isMomentary = status === 429 || status === 503;
  return {
    ...(isMomentary && { 'Retry-After': responseHeader('Seconds to wait, where that is known') }),
    ...(status === 401 && { 'WWW-Authenticate': responseHeader('`Bearer`') }),
    ...(status === 405 && { Allow: responseHeader('The methods of the path') }),
  };
}

const requestId = 'req_01jd3x4m5n6p7q8r9s0t1v2w3x';

function exampleOf(code: ProblemCode): object {
  if (code === 'fleet_incomplete') {
    return problemDocument(code, { requestId, silentGateways: ['gtw_01jd3x4m5n6p7q8r9s0t1v2w3x'] });
  }
  if (code !== 'validation_failed') return problemDocument(code, { requestId });
  const message = 'is required: expected a string, like "/socket"';
  return problemDocument(code, { requestId, errors: [{ field: 'match.path', code: 'required', message }] });
}
