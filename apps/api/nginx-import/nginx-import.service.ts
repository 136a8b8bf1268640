import { Injectable } from '@nestjs/common';
import { importNginx, type NginxImport } from '#libs/nginx-import';
import type { ConfigurationDifference } from '../configuration/configuration-difference.js';
import { ConfigurationService } from '../configuration/configuration.service.js';
import { requireOperator } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';
import type { RequestContext } from '../http/request-context.js';
import type { NginxImportAnswer, NginxImportBody, NginxImportQuery } from './nginx-import.schema.js';
import { withRoutes } from './with-routes.js';

type Translated = Extract<NginxImport, { ok: true }>;

/** Translates configurations of nginx, and adds their routes to a tenant. */
@Injectable()
export class NginxImportService {
  constructor(private readonly configuration: ConfigurationService) {}

  async import(
    context: RequestContext,
    body: NginxImportBody,
    query: NginxImportQuery,
  ): Promise<NginxImportAnswer> {
    requireOperator(context.principal, 'import a configuration');
    if (query.apply && body.tenant === null)
      throw invalid('tenant', 'expected the tenant that gets the routes');
    const { routes, warnings, hints } = translated(body);
    const difference = await this.#difference(context, body.tenant, routes, query);
    return { routes, warnings, hints, difference };
  }

  async #difference(
    context: RequestContext,
    tenant: string | null,
    routes: Translated['routes'],
    { apply }: NginxImportQuery,
  ): Promise<ConfigurationDifference | null> {
    if (tenant === null) return null;
    const query = { dryRun: !apply, deleteTenants: false };
    const { answer } = await this.configuration.change(
      context,
      (rows) => withRoutes(rows, tenant, routes),
      query,
    );
    return answer;
  }
}

function translated(body: NginxImportBody): Translated {
  const result = importNginx({
    files: new Map(Object.entries(body.files)),
    main: body.main,
    folder: body.folder,
    skipMissingIncludes: body.skipMissingIncludes,
    hasAnyHost: body.anyHost,
    upstreamHosts: new Map(Object.entries(body.upstreamHosts)),
  });
  if (result.ok) return result;
  if (result.place === null) throw invalid('files', result.message);
  const { file, line, column } = result.place;
  throw invalid(`files.${file}`, `line ${line}, column ${column}: ${result.message}`);
}

function invalid(field: string, message: string): ProblemError {
  return new ProblemError('validation_failed', { errors: [{ field, message }] });
}
