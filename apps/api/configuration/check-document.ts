import type { z } from 'zod';
import { WorkSlice } from '#libs/async';
import type { SchemaIssue } from '../http/field-problems.js';
import { safeParse } from '../http/safe-parse.js';
import { SlicedSchema, type SlicedResult } from '../http/sliced-schema.js';
import {
  apiKeySchema,
  configurationReplaceSchema,
  documentHeadSchema,
  routeSchema,
  tenantHeadSchema,
  type ConfigurationDocument,
  type DocumentTenant,
} from './configuration-document.js';

const mostIssues = 100;

/** The schema of a document that replaces the configuration: 10,000 routes take a second to check, in slices. */
export const checkedDocument = new SlicedSchema(configurationReplaceSchema, (document) =>
  new DocumentCheck().check(document),
);

type Path = readonly (string | number)[];

/** Checks each thing by itself, and looks for no more once there is enough to tell. */
class DocumentCheck {
  private readonly slice = new WorkSlice();
  private readonly issues: SchemaIssue[] = [];

  async check(document: unknown): Promise<SlicedResult<ConfigurationDocument>> {
    const head = this.parse(documentHeadSchema, document, []);
    if (head === null) return { issues: this.issues };
    const tenants = await this.each(head.tenants, ['tenants'], (tenant, path) => this.tenant(tenant, path));
    return this.issues.length > 0 ? { issues: this.issues } : { value: { ...head, tenants } };
  }

  private async tenant(candidate: unknown, path: Path): Promise<DocumentTenant | null> {
    const head = this.parse(tenantHeadSchema, candidate, path);
    if (head === null) return null;
    const routes = await this.each(head.routes, [...path, 'routes'], (route, place) =>
      this.parse(routeSchema, route, place),
    );
    const apiKeys = await this.each(head.apiKeys, [...path, 'apiKeys'], (apiKey, place) =>
      this.parse(apiKeySchema, apiKey, place),
    );
    return { ...head, routes, apiKeys };
  }

  private async each<Thing>(
    candidates: readonly unknown[],
    path: Path,
    check: (candidate: unknown, path: Path) => Thing | null | Promise<Thing | null>,
  ): Promise<Thing[]> {
    const things: Thing[] = [];
    for (const [index, candidate] of candidates.entries()) {
      const thing = await check(candidate, [...path, index]);
      if (this.issues.length >= mostIssues) return things;
      if (thing !== null) things.push(thing);
      if (this.slice.isOver()) await this.slice.next();
    }
    return things;
  }

  private parse<Value>(schema: z.ZodType<Value>, candidate: unknown, path: Path): Value | null {
    const result = safeParse(schema, candidate);
    if (result.success) return result.data;
    for (const issue of result.error.issues) this.issues.push({ ...issue, path: [...path, ...issue.path] });
    return null;
  }
}
