import { z } from 'zod';
import { routeCreateSchema } from '#libs/contract';
import { configurationDifferenceSchema } from '../configuration/configuration-difference.js';
import { queryFlagSchema } from '../http/query-flag.js';
import { references } from '../http/references.js';

const authoritySchema = z.string().min(1).max(300);

/** The request to import a configuration of nginx. */
export const nginxImportSchema = z
  .strictObject({
    files: z.record(z.string().min(1).max(1024), z.string()).meta({
      description: 'The text of each file by its path, relative to `folder`',
      example: { 'nginx.conf': 'server { listen 80; location / { proxy_pass http://10.0.0.5:9000; } }' },
    }),
    main: z.string().max(1024).nullable().default(null).meta({
      description:
        'The file that nginx starts with; null: `nginx.conf`, or else all files in the order of their names',
    }),
    folder: z.string().max(1024).default('/etc/nginx').meta({
      description:
        'The folder of the main file where nginx runs: `include` finds absolute paths below it among the files',
    }),
    tenant: references.tenant.schema.nullable().default(null).meta({
      description:
        'Id or slug of the tenant that gets the routes; with the slug of none, it is created. null: only with a dry run',
      example: 'acme',
    }),
    anyHost: z.boolean().default(true).meta({
      description:
        'Whether the first server of each address and port also gets the host `*`, as nginx does it; false: only one with `default_server`, or without a name',
    }),
    skipMissingIncludes: z.boolean().default(false).meta({
      description: 'Whether an included file that is missing is a warning; otherwise it is an error',
    }),
    upstreamHosts: z
      .record(authoritySchema, authoritySchema)
      .default({})
      .meta({
        description: 'Other hosts for those of upstreams, with or without a port',
        example: { 'echo.websocket.org': '127.0.0.1:9000' },
      }),
  })
  .meta({ id: 'NginxImport' });

export const nginxImportQuerySchema = z.strictObject({
  apply: queryFlagSchema.meta({
    description: '`true`: writes the routes. Otherwise it is a dry run, which writes nothing',
  }),
});

const placeShape = {
  file: z.string().meta({ description: 'Path of the file' }),
  line: z.int().meta({ description: 'Line in the file, from 1' }),
};

const findingSchema = z
  .strictObject({
    ...placeShape,
    column: z.int().meta({ description: 'Character in the line, from 1' }),
    directive: z.string().meta({ description: 'Name of the directive' }),
    message: z.string().meta({ description: 'What it is about, for people' }),
  })
  .meta({ id: 'NginxImportFinding' });

const importedRouteSchema = z.strictObject({
  ...placeShape,
  route: routeCreateSchema.meta({ description: 'The route that the directive there means' }),
});

/** The routes that a configuration means. */
export const nginxImportAnswerSchema = z
  .strictObject({
    routes: z.array(importedRouteSchema).meta({ description: 'The routes that the configuration means' }),
    warnings: z.array(findingSchema).meta({ description: 'What is not carried over, and why' }),
    hints: z
      .array(findingSchema)
      .meta({ description: 'Remarks on what a route does not contain, such as ports and certificates' }),
    difference: configurationDifferenceSchema.nullable().meta({
      description: 'What the routes change, or would change, at the tenant; null without one',
    }),
  })
  .meta({ id: 'NginxImportAnswer' });

export type NginxImportBody = z.output<typeof nginxImportSchema>;
export type NginxImportQuery = z.output<typeof nginxImportQuerySchema>;
export type NginxImportAnswer = z.input<typeof nginxImportAnswerSchema>;
