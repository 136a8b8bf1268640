import type { EntitySchema, ObjectLiteral } from 'typeorm';
import type { z } from 'zod';
import type { ConfigEntry } from '#libs/contract';
import type { ProblemCode } from '#libs/problem-details';
import type { AuditAction } from '../database/entities/audit-entry.entity.js';
import type { Fields } from './fields.js';

/** Replaces a secret in documents and in the audit trail. */
export const withheld = '(withheld)';

/** How one kind of resource is stored, and which part of it the audit trail keeps. */
export interface AuditedResource<Row extends { id: string }> {
  readonly entity: EntitySchema<Row>;
  /** What is declared of the resource: without its ids and times, and with its secrets. */
  readonly fieldsOf: (row: Row) => Fields;
  /**
   * The names of the fields that the audit trail keeps. A field that is not among them is secret, or says
   * nothing.
   */
  readonly auditedFields: readonly string[];
  /** The audited fields with each secret withheld. */
  readonly redact: (fields: Fields) => Fields;
}

/**
 * All that differs by kind of resource: how it is stored, published, audited, and written in a configuration
 * document. The document, the plan, the difference, the audit trail and the published entries are made from
 * it.
 */
export interface Resource<Row extends { id: string }, Document> extends AuditedResource<Row> {
  readonly kind: ConfigEntry['kind'];
  readonly tenantIdOf: (row: Row) => string;

  /** The resource as gateways receive it. */
  readonly entryOf: (row: Row) => ConfigEntry;
  /** Which rows are published. */
  readonly publishedWhere: ObjectLiteral;
  /** Values besides the id that no two resources may have at once. */
  readonly uniqueValuesOf: (row: Row) => string[];
  /** What the audit trail calls the deletion. */
  readonly deleteAction: AuditAction;

  /** The schema of the resource in a document. */
  readonly schema: z.ZodType<Document>;
  readonly documentOf: (row: Row) => Document;
  /** The row that a document asks for. Throws a `ProblemError` where `before` cannot become that. */
  readonly rowFrom: (document: Document, before: Row | null, context: RowContext) => Row;
  /** Finds the row of a resource that has no id in a document. */
  readonly naturalKeyOf: (document: Document) => string;
  /** The order of resources in a document; by code units, so that it is the same everywhere. */
  readonly sortKeyOf: (document: Document) => string;
  /** How people know the resource. */
  readonly displayNameOf: (document: Document) => string;
  /** Values besides the id that may occur only once in a document. */
  readonly documentUniquesOf: (document: Document) => DocumentUnique[];
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

export interface DocumentUnique {
  rule: UniqueRule;
  value: string;
  /** The path of the field in the resource. */
  field: string;
}

/** The error for a value that a document repeats; the path of its first occurrence follows the message. */
export interface UniqueRule {
  code: ProblemCode;
  message: string;
}
