import type { Labels, Tenant } from '#libs/contract';
import type { FieldError } from '../http/field-error.js';
import { ProblemError } from '../http/problem-error.js';
import { emptyRows, type ConfigurationPlan, type ConfigurationRows } from '../plans/plan.js';
import { childLists, resources, type ChildList, type RowTypes } from '../resources/resources.js';

/** The resources that a call reads and writes; all others are left unchanged. */
export interface ConfigurationScope {
  /** The id or slug of a tenant, with its resources; null: all tenants. */
  tenant: string | null;
  /** Labels that a resource must all have; a value of null is any value. */
  labels: readonly { name: string; value: string | null }[];
}

/** The scope of a query; null: everything. */
export function scopeOf({
  tenant = null,
  label = [],
}: {
  tenant?: string | null | undefined;
  label?: ConfigurationScope['labels'] | undefined;
}): ConfigurationScope | null {
  return tenant === null && label.length === 0 ? null : { tenant, labels: label };
}

/** The scope as in a query. */
export function scopeText({ tenant, labels }: ConfigurationScope): string {
  const texts = labels.map(({ name, value }) => `label=${value === null ? name : `${name}=${value}`}`);
  return [...(tenant === null ? [] : [`tenant=${tenant}`]), ...texts].join('&');
}

export function hasLabels({ labels }: ConfigurationScope, own: Labels): boolean {
  return labels.every(
    ({ name, value }) => Object.hasOwn(own, name) && (value === null || own[name] === value),
  );
}

/** The rows of a configuration, divided by a scope. */
export class RowsByScope {
  readonly inside = emptyRows();
  readonly outside = emptyRows();
  /** The tenants whose resources may be in the scope. */
  readonly tenants: ReadonlyMap<string, Tenant>;

  constructor(rows: ConfigurationRows, scope: ConfigurationScope) {
    const { tenant } = scope;
    const own = rows.tenants.filter(({ id, slug }) => tenant === null || id === tenant || slug === tenant);
    this.tenants = new Map(own.map((row) => [row.id, row]));
    for (const row of rows.tenants) {
      const isInside = this.tenants.has(row.id) && hasLabels(scope, row.labels);
      (isInside ? this.inside : this.outside).tenants.push(row);
    }
    const divide = <List extends ChildList>(list: List, own: readonly RowTypes[List][]): void => {
      const { labelsOf } = resources[list];
      for (const row of own) {
        const isInside = this.tenants.has(row.tenantId) && hasLabels(scope, labelsOf(row));
        (isInside ? this.inside : this.outside)[list].push(row);
      }
    };
    for (const list of childLists) divide(list, rows[list]);
  }

  /** Tenants outside of the scope that own resources inside. */
  containers(): Tenant[] {
    const owners = new Set(childLists.flatMap((list) => this.inside[list].map(({ tenantId }) => tenantId)));
    return this.outside.tenants.filter(({ id }) => owners.has(id));
  }

  /** The rows of a document of the scope. */
  shown(): ConfigurationRows {
    return { ...this.inside, tenants: [...this.inside.tenants, ...this.containers()] };
  }

  /** Throws when a plan deletes a tenant that owns resources outside of the scope. */
  requireDeletable({ tenants }: Pick<ConfigurationPlan, 'tenants'>): void {
    const owners = new Set(childLists.flatMap((list) => this.outside[list].map(({ tenantId }) => tenantId)));
    const errors = tenants.flatMap(({ before, after }): FieldError[] => {
      if (before === null || after !== null || !owners.has(before.id)) return [];
      const message = `the tenant "${before.slug}" is missing, and has resources outside of the scope`;
      return [{ field: 'tenants', message }];
    });
    if (errors.length > 0) throw new ProblemError('validation_failed', { errors: errors.slice(0, 100) });
  }
}
