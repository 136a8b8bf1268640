import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { problemDocument, problemMediaType, problems, type ProblemCode } from '#libs/problem-details';

/** The schema of every error, as a component of the OpenAPI document. */
export const problemComponent = {
  type: 'object',
  description: 'A problem document (RFC 9457). `code` is stable; docs/error-codes.md says what to check.',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    silentGateways: { type: 'array', items: { type: 'string' } },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: { field: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
};

/** Documents the errors of an operation: one answer for each status, with an example for each code. */
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
    content: {
      [problemMediaType]: {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(examples),
      },
    },
  });
}

function exampleOf(code: ProblemCode): object {
  if (code === 'fleet_incomplete') {
    return problemDocument(code, { silentGateways: ['gtw_01jd3x4m5n6p7q8r9s0t1v2w3x'] });
  }
  if (code !== 'validation_failed') return problemDocument(code);
  const message = 'is required: expected a string, like "/socket"';
  return problemDocument(code, { errors: [{ field: 'match.path', message }] });
}
