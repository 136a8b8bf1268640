import { z } from 'zod';
import { fieldRules } from './field-rules.js';

/** The cookie by which a client returns to its upstream. */
export const stickyCookieSchema = z
  .strictObject({
    name: z
      .string()
      .max(64)
      .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, fieldRules.token)
      .default('sluice_upstream')
      .meta({ description: 'Name of the cookie. The cookie is removed from upstream requests' }),
    sameSite: z.enum(['lax', 'strict', 'none']).default('lax').meta({
      description:
        'SameSite of the cookie. Browsers send it from pages of other sites only with `none`, which requires `secure`',
    }),
    secure: z.boolean().default(false).meta({
      description:
        'Whether browsers send the cookie only over TLS; for clients that connect to Sluice with TLS',
    }),
    partitioned: z.boolean().default(false).meta({
      description:
        'Whether browsers keep a separate cookie for each embedding site (CHIPS); requires `secure`',
    }),
    maxAgeSeconds: z.int().min(1).max(34_560_000).nullable().default(null).meta({
      description:
        'Seconds after the last connection until the cookie expires, at most 400 days; null means at the end of the browser session',
    }),
  })
  .superRefine(({ name, sameSite, secure, partitioned }, context) => {
    if (secure) return;
    const refuse = (field: string): void =>
      context.addIssue({ code: 'custom', path: [field], message: fieldRules.only_with_secure });
    if (sameSite === 'none') refuse('sameSite');
    if (partitioned) refuse('partitioned');
    if (/^__(?:host|secure)-/i.test(name)) refuse('name');
  })
  .meta({ id: 'StickyCookie' });
