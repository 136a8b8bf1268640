import { z } from 'zod';

/** The printed parts of the answer to `POST /v1/explain`; a later API may answer more. */
export const explanationSchema = z.looseObject({
  gatewayId: z.string(),
  verdict: z.looseObject({
    allowed: z.boolean(),
    status: z.int(),
    code: z.string().nullable(),
    detail: z.string().nullable(),
    cause: z.string().nullable(),
  }),
  steps: z.array(z.looseObject({ step: z.string(), outcome: z.string() })),
  request: z.looseObject({ host: z.string(), path: z.string() }).nullable(),
  route: z.looseObject({ id: z.string(), name: z.string() }).nullable(),
  tenant: z.looseObject({ slug: z.string(), status: z.string() }).nullable(),
  credential: z
    .looseObject({
      mode: z.string(),
      kind: z.string().nullable(),
      source: z.string().nullable(),
      keyId: z.string().nullable(),
      keyName: z.string().nullable(),
    })
    .nullable(),
  limits: z
    .looseObject({
      connections: z.array(
        z.looseObject({ limit: z.string(), count: z.number().nullable(), ceiling: z.number().nullable() }),
      ),
    })
    .nullable(),
  upstreams: z
    .array(
      z.looseObject({
        url: z.string(),
        state: z.string(),
        health: z.string(),
        isFull: z.boolean(),
        turn: z.int().nullable(),
        addresses: z.array(z.looseObject({ address: z.string(), allowed: z.boolean() })).nullable(),
      }),
    )
    .nullable(),
});

export type Explanation = z.output<typeof explanationSchema>;
