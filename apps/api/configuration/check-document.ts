import type { z } from 'zod';
import { WorkSlice } from '#libs/async';
import type { SchemaIssue } from '../http/field-problems.js';
import { safeParse } from '../http/safe-parse.js';
import { SlicedSchema, type SlicedResult } from '../http/sliced-schema.js';
import {
  childLists,
  mapChildLists,
  resources,
  type ChildList,
  type DocumentTypes,
} from '../resources/resources.js';
import {
  configurationReplaceSchema,
  documentHeadSchema,
  tenantHeadSchema,
  type ConfigurationDocument,
  type TenantLists,
  type TenantWithLists,
} from './configuration-document.js';

const maxIssues = 100;

/**
 * The schema of a document that replaces the configuration: 10,000 routes take a second to check, in slices.
 */
export const checkedDocument = new SlicedSchema(configurationReplaceSchema, (document) =>
  new DocumentCheck().check(document),
);

type Path = readonly (string | number)[];

/** Checks the resources one by one, and stops once there are enough issues to report. */
class DocumentCheck {
  readonly #slice = new WorkSlice();
  readonly #issues: SchemaIssue[] = [];

  async check(document: unknown): Promise<SlicedResult<ConfigurationDocument>> {
    const head = this.#parse(documentHeadSchema, document, []);
    if (head === null) return { issues: this.#issues };
    const tenants: TenantWithLists[] = [];
    await this.#each(head.tenants, ['tenants'], async (candidate, path) => {
      const tenant = await this.#tenant(candidate, path);
      if (tenant !== null) tenants.push(tenant);
    });
    return this.#issues.length > 0 ? { issues: this.#issues } : { value: { ...head, tenants } };
  }

  async #tenant(candidate: unknown, path: Path): Promise<TenantWithLists | null> {
    const head = this.#parse(tenantHeadSchema, candidate, path);
    if (head === null) return null;
    const checked = mapChildLists<TenantLists>(() => []);
    const checkList = <List extends ChildList>(list: List, items: DocumentTypes[List][]): Promise<void> =>
      this.#each(head[list], [...path, list], (candidate, itemPath) => {
        const item = this.#parse(resources[list].schema, candidate, itemPath);
        if (item !== null) items.push(item);
      });
    for (const list of childLists) await checkList(list, checked[list]);
    return { ...head, ...checked };
  }

  async #each(
    candidates: readonly unknown[],
    path: Path,
    check: (candidate: unknown, path: Path) => void | Promise<void>,
  ): Promise<void> {
    for (const [index, candidate] of candidates.entries()) {
      await check(candidate, [...path, index]);
      if (this.#issues.length >= maxIssues) return;
      if (this.#slice.isOver()) await this.#slice.next();
    }
  }

  #parse<Value>(schema: z.ZodType<Value>, candidate: unknown, path: Path): Value | null {
    const result = safeParse(schema, candidate);
    if (result.success) return result.data;
    for (const issue of result.error.issues) this.#issues.push({ ...issue, path: [...path, ...issue.path] });
    return null;
  }
}
