import { z } from 'zod';
import {
  configChangeSchema,
  configEntrySchema,
  type ConfigChange,
  type ConfigEntry,
  type ConfigSnapshot,
} from '#libs/contract';
import type { StoredSnapshot } from './ports.js';
import { WorkSlice } from './work-slice.js';

export type Parsed<Value> = { ok: true; value: Value } | { ok: false; reason: string };

// The entries come apart from it, so that they can be validated in slices.
const changeWithoutEntriesSchema = configChangeSchema.extend({ entries: z.array(z.unknown()) });

/** Reads an announced change; refuses it as a whole when any part of it is not what the contract says. */
export async function parseChange(payload: string): Promise<Parsed<ConfigChange>> {
  const json = parseJson(payload);
  if (!json.ok) return json;
  const change = changeWithoutEntriesSchema.safeParse(json.value);
  if (!change.success) return { ok: false, reason: describe(change.error) };
  const entries: ConfigEntry[] = [];
  const slice = new WorkSlice();
  for (const candidate of change.data.entries) {
    const entry = parseEntry(candidate);
    if (!entry.ok) return entry;
    entries.push(entry.value);
    if (slice.isOver()) await slice.next();
  }
  return { ok: true, value: { ...change.data, entries } };
}

/**
 * Reads a stored snapshot, in slices; refuses it as a whole when any part of it is not what the contract says.
 * 100,000 routes take about 1.7 s: 0.7 s of JSON, 1 s of validation.
 */
export async function parseSnapshot(stored: StoredSnapshot): Promise<Parsed<ConfigSnapshot>> {
  const entries: ConfigEntry[] = [];
  const slice = new WorkSlice();
  for (const text of stored.entries) {
    const json = parseJson(text);
    if (!json.ok) return json;
    const entry = parseEntry(json.value);
    if (!entry.ok) return entry;
    if (entry.value.value === null) return { ok: false, reason: `${entry.value.id}: has no value` };
    entries.push(entry.value);
    if (slice.isOver()) await slice.next();
  }
  return { ok: true, value: { epoch: stored.epoch, revision: stored.revision, entries } };
}

function parseJson(text: string): Parsed<unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch {
    // The parser's own message quotes the text, which may hold what is no business of a log.
    return { ok: false, reason: 'this is not JSON' };
  }
}

function parseEntry(candidate: unknown): Parsed<ConfigEntry> {
  const entry = configEntrySchema.safeParse(candidate);
  if (entry.success) return { ok: true, value: entry.data };
  return { ok: false, reason: `${nameOf(candidate)}: ${describe(entry.error)}` };
}

function nameOf(candidate: unknown): string {
  const named = z.object({ id: z.string().max(64) }).safeParse(candidate);
  return named.success ? named.data.id : 'an entry without an id';
}

function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'it is not valid';
  return `${issue.path.join('.')}: ${issue.message}`.slice(0, 300);
}
