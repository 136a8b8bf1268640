import { z } from 'zod';

/** The cookie that brings a client back to its upstream. */
export const stickyCookieSchema = z
  .strictObject({
    name: z
      .string()
      .max(64)
      .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, 'expected a token')
      .default('sluice_upstream')
      .meta({ description: 'Name of the cookie. It is removed from requests that go upstream' }),
    sameSite: z.enum(['lax', 'strict', 'none']).default('lax').meta({
      description:
        'Whether browsers send it from pages of other sites: only with `none`, which needs `secure`',
    }),
    secure: z.boolean().default(false).meta({
      description: 'Whether browsers send it over TLS only; for clients that reach Sluice over https',
    }),
    partitioned: z.boolean().default(false).meta({
      description: 'Whether browsers keep one for each site that embeds this one (CHIPS); needs `secure`',
    }),
    maxAgeSeconds: z.int().min(1).max(34_560_000).nullable().default(null).meta({
      description:
        'Time after the last connection until browsers forget it, at most 400 days; null: when the browser ends',
    }),
  })
  .superRefine(({ name, sameSite, secure, partitioned }, context) => {
    if (secure) return;
    const refuse = (field: string): void =>
      context.addIssue({ code: 'custom', path: [field], message: 'goes with "secure": true only' });
    if (sameSite === 'none') refuse('sameSite');
    if (partitioned) refuse('partitioned');
    if (/^__(?:host|secure)-/i.test(name)) refuse('name');
  })
  .meta({ id: 'StickyCookie' });

export type StickyCookie = z.output<typeof stickyCookieSchema>;
