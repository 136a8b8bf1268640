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
      description: 'Content of each file by its path, relative to `folder`',
      example: { 'nginx.conf': 'server { listen 80; location / { proxy_pass http://10.0.0.5:9000; } }' },
    }),
    main: z.string().max(1024).nullable().default(null).meta({
      description:
        'Main configuration file of nginx; null means `nginx.conf`, or all files in the order of their names if it is missing',
    }),
    folder: z.string().max(1024).default('/etc/nginx').meta({
      description:
        'Folder of the main file on the server of nginx; absolute paths below it in `include` refer to the given files',
    }),
    tenant: references.tenant.schema.nullable().default(null).meta({
      description:
        'Id or slug of the tenant that gets the routes; a tenant with an unknown slug is created. null is allowed only in a dry run',
      example: 'acme',
    }),
    anyHost: z.boolean().default(true).meta({
      description:
        'Whether the first server of each address and port also gets the host `*`, as in nginx. With false, only a server with `default_server` or without a name gets it',
    }),
    skipMissingIncludes: z.boolean().default(false).meta({
      description: 'Whether a missing included file is reported as a warning instead of an error',
    }),
    upstreamHosts: z
      .record(authoritySchema, authoritySchema)
      .default({})
      .meta({
        description: 'Replacements for hosts of upstreams, with or without a port',
        example: { 'echo.websocket.org': '127.0.0.1:9000' },
      }),
  })
  .meta({ id: 'NginxImport' });

export const nginxImportQuerySchema = z.strictObject({
  apply: queryFlagSchema.meta({
    description: '`true` writes the routes; otherwise the request is a dry run, which writes nothing',
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
    message: z.string().meta({ description: 'Description of the finding, for people' }),
  })
  .meta({ id: 'NginxImportFinding' });

const importedRouteSchema = z.strictObject({
  ...placeShape,
  route: routeCreateSchema.meta({ description: 'Route that corresponds to the directive' }),
});

/** The routes that a configuration means. */
export const nginxImportAnswerSchema = z
  .strictObject({
    routes: z.array(importedRouteSchema).meta({ description: 'Routes that correspond to the configuration' }),
    warnings: z.array(findingSchema).meta({ description: 'Directives that are not imported, and why' }),
    hints: z.array(findingSchema).meta({
      description: 'Remarks about settings that are not part of a route, such as ports and certificates',
    }),
    difference: configurationDifferenceSchema.nullable().meta({
      description: 'Changes to the tenant that the import makes or would make; null without a tenant',
    }),
  })
  .meta({ id: 'NginxImportAnswer' });

export type NginxImportBody = z.output<typeof nginxImportSchema>;
export type NginxImportQuery = z.output<typeof nginxImportQuerySchema>;
export type NginxImportAnswer = z.input<typeof nginxImportAnswerSchema>;
