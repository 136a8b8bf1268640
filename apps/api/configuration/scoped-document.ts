import { isDeepStrictEqual } from 'node:util';
import type { Labels, Tenant } from '#libs/contract';
import type { FieldError } from '../http/field-error.js';
import { ProblemError } from '../http/problem-error.js';
import type { ConfigurationRows } from '../plans/plan.js';
import { childLists, resources } from '../resources/resources.js';
import { tenantDocumentSchema } from '../resources/tenant.js';
import { withoutLists, type ConfigurationDocument, type TenantWithLists } from './configuration-document.js';
import { hasLabels, scopeText, type ConfigurationScope, type RowsByScope } from './configuration-scope.js';

const maxProblems = 100;

export interface ScopedDocument {
  document: ConfigurationDocument;
  /** The rows that the document may change. */
  rows: ConfigurationRows;
  /** All other rows. */
  outside: ConfigurationRows;
}

/**
 * A document for the rows inside a scope. A tenant outside of the scope may be in it to contain resources,
 * and stays as it is. Throws `validation_failed` with each resource of the document that is outside of the
 * scope.
 */
export function scopedDocument(
  document: ConfigurationDocument,
  divided: RowsByScope,
  scope: ConfigurationScope,
): ScopedDocument {
  return new Narrowing(divided, scope).of(document);
}

class Narrowing {
  readonly #errors: FieldError[] = [];
  readonly #containers = new Map<string, Tenant>();
  readonly #outsideIds: ReadonlySet<string>;
  readonly #insideTenants: ReadonlyMap<string, Tenant>;
  readonly #outsideTenants: ReadonlyMap<string, Tenant>;

  constructor(
    private readonly divided: RowsByScope,
    private readonly scope: ConfigurationScope,
  ) {
    const { inside, outside } = divided;
    this.#insideTenants = byReference(inside.tenants);
    this.#outsideTenants = byReference(outside.tenants);
    this.#outsideIds = new Set(childLists.flatMap((list) => outside[list].map(({ id }) => id)));
  }

  of({ version, tenants }: ConfigurationDocument): ScopedDocument {
    const narrowed = tenants.map((tenant, index) => this.#tenant(tenant, `tenants.${index}`));
    if (this.#errors.length > 0)
      throw new ProblemError('validation_failed', { errors: this.#errors.slice(0, maxProblems) });
    // The resources of a tenant that the document does not name are deleted, and the tenant stays.
    for (const tenant of this.divided.containers()) {
      if (this.#containers.has(tenant.id)) continue;
      this.#containers.set(tenant.id, tenant);
      narrowed.push({ ...resources.tenants.documentOf(tenant), routes: [], apiKeys: [] });
    }
    const { inside, outside } = this.divided;
    const isOutside = ({ id }: Tenant): boolean => !this.#containers.has(id);
    return {
      document: { version, tenants: narrowed },
      rows: { ...inside, tenants: [...inside.tenants, ...this.#containers.values()] },
      outside: { ...outside, tenants: outside.tenants.filter(isOutside) },
    };
  }

  #tenant(tenant: TenantWithLists, field: string): TenantWithLists {
    this.#checkChildren(tenant, field);
    const reference = tenant.id ?? tenant.slug;
    const other = this.#outsideTenants.get(reference);
    if (other === undefined) {
      const isKnown = this.#insideTenants.has(reference);
      if (!isKnown && this.scope.tenant !== null && this.scope.tenant !== tenant.slug)
        this.#refuse(field, tenant.slug);
      else this.#requireLabels(tenant.labels, field);
      return tenant;
    }
    if (!this.divided.tenants.has(other.id)) {
      this.#refuse(field, tenant.slug);
      return tenant;
    }
    this.#requireUnchanged(tenant, other, field);
    this.#containers.set(other.id, other);
    const { routes, apiKeys } = tenant;
    return { ...resources.tenants.documentOf(other), routes, apiKeys };
  }

  #checkChildren(tenant: TenantWithLists, field: string): void {
    for (const list of childLists) {
      for (const [index, { id, labels }] of tenant[list].entries()) {
        const path = `${field}.${list}.${index}`;
        this.#requireLabels(labels, path);
        if (id !== undefined && this.#outsideIds.has(id)) this.#refuse(`${path}.id`, id);
      }
    }
  }

  #requireLabels(labels: Labels, field: string): void {
    if (hasLabels(this.scope, labels)) return;
    this.#errors.push({ field: `${field}.labels`, message: `is outside of the scope ${this.#scopeText()}` });
  }

  // A field that is omitted has its default.
  #requireUnchanged(tenant: TenantWithLists, row: Tenant, field: string): void {
    const { slug } = tenant;
    const current = new Map<string, unknown>(Object.entries(resources.tenants.documentOf(row)));
    const defaults = new Map<string, unknown>(Object.entries(tenantDocumentSchema.parse({ slug })));
    for (const [name, value] of Object.entries(withoutLists(tenant))) {
      if (value === undefined || isDeepStrictEqual(value, current.get(name))) continue;
      if (name !== 'slug' && isDeepStrictEqual(value, defaults.get(name))) continue;
      const message = `the tenant "${row.slug}" is outside of the scope ${this.#scopeText()} and cannot be changed`;
      this.#errors.push({ field: `${field}.${name}`, message });
    }
  }

  #refuse(field: string, name: string): void {
    this.#errors.push({ field, message: `"${name}" is outside of the scope ${this.#scopeText()}` });
  }

  #scopeText(): string {
    return scopeText(this.scope);
  }
}

/** Tenants by id and by slug; no slug has the form of an id. */
function byReference(tenants: readonly Tenant[]): Map<string, Tenant> {
  return new Map(
    tenants.flatMap((tenant) => [tenant.id, tenant.slug].map((key): [string, Tenant] => [key, tenant])),
  );
}
