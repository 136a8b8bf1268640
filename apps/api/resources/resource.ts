import type { EntitySchema, ObjectLiteral } from 'typeorm';
import type { z } from 'zod';
import type { ConfigEntry, Labels, Quota, Tenant } from '#libs/contract';
import type { ProblemCode } from '#libs/problem-details';
import type { AuditAction } from '../database/entities/audit-entry.entity.js';
import type { Listing } from '../lists/listing.js';
import type { Fields } from '../http/fields.js';

/** Replaces a secret in documents and in the audit trail. */
export const withheld = '(withheld)';

/** How one kind of resource is stored, and which of its fields are audited. */
export interface AuditedResource<Row extends { id: string }> {
  readonly entity: EntitySchema<Row>;
  /** The declared fields of the resource: without ids and times, with secrets. */
  readonly fieldsOf: (row: Row) => Fields;
  /** The names of the audited fields. Other fields are secret or carry no information. */
  readonly auditedFields: readonly string[];
  /** The audited fields with each secret withheld. */
  readonly redact: (fields: Fields) => Fields;
}

/**
 * All that differs by kind of resource: how it is stored, published, audited, and written in a configuration
 * document. The document, the plan, the difference, the audit trail and the published entries derive from it.
 */
export interface Resource<Row extends { id: string }, Document> extends AuditedResource<Row> {
  readonly kind: Exclude<ConfigEntry['kind'], 'stickyKey' | 'exhaustion'>;
  /** How lists find it and sort it. */
  readonly listing: Listing<Row>;
  readonly tenantIdOf: (row: Row) => string;

  /** The resource as gateways receive it. */
  readonly entryOf: (row: Row) => ConfigEntry;
  /** Which rows are published. */
  readonly publishedWhere: ObjectLiteral;
  /** Values besides the id that must be unique among all resources. */
  readonly uniqueValuesOf: (row: Row) => string[];
  /** The audited action of a deletion. */
  readonly deleteAction: AuditAction;

  /** The schema of the resource in a document. */
  readonly schema: z.ZodType<Document>;
  readonly documentOf: (row: Row) => Document;
  /** The row that a document declares. Throws a `ProblemError` if `before` cannot become that row. */
  readonly rowFrom: (document: Document, before: Row | null, context: RowContext) => Row;
  /** Finds the row of a resource that has no id in a document. */
  readonly naturalKeyOf: (document: Document) => string;
  /** The order of resources in a document, compared by code units, which does not depend on a locale. */
  readonly sortKeyOf: (document: Document) => string;
  /** The name of the resource for people. */
  readonly displayNameOf: (document: Document) => string;
  /** The name that is unique among those of its kind and tenant; empty if it need not be. */
  readonly documentNameOf?: (document: Document) => string;
  /** Values besides the id that must be unique in a document. */
  readonly documentUniquesOf: (document: Document) => DocumentUnique[];
  /** A value that only a bounded number of resources in a document may share; null if a resource has none. */
  readonly documentSharedOf?: (document: Document) => { place: string | null; bound: PlaceBound };
  readonly labelsOf: (row: Row) => Labels;
  /** The quota that applies; null: none. */
  readonly quotaOf: (row: Row) => Quota | null;
  /** The hosts on which a tenant may place routes; other kinds have none. */
  readonly hostsOf?: (row: Row) => Tenant['hosts'];
  /** Matches the paths of fields whose values a difference withholds. */
  readonly secretFields: RegExp;
}

export interface RowContext {
  tenantId: string;
  /** The time of the change. */
  at: string;
  /** The path of the resource in the document. */
  field: string;
}

/** How many resources may share a place, and the error for one more. */
export interface PlaceBound {
  max: number;
  message: string;
}

export interface DocumentUnique {
  rule: UniqueRule;
  value: string;
  /** The path of the field in the resource. */
  field: string;
}

/** The error for a repeated value in a document; the path of its first occurrence follows the message. */
export interface UniqueRule {
  code: ProblemCode;
  message: string;
}
