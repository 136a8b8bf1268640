import { randomInt } from 'node:crypto';
import { ulid } from 'ulid';
import { z } from 'zod';

/** The prefix of each kind of id; ids of one kind sort by the time of their creation. */
export const idPrefixes = {
  tenant: 'ten',
  route: 'rte',
  apiKey: 'key',
  connection: 'con',
  gateway: 'gtw',
  supervisor: 'sup',
  audit: 'aud',
  operator: 'opr',
  fleet: 'flt',
} as const;

export type IdKind = keyof typeof idPrefixes;

/** A new id such as `ten_01jd3x…`: a prefix and a lower-case ULID (48 bits of time, 80 random bits). */
export function newId(kind: IdKind): string {
  return `${idPrefixes[kind]}_${ulid(undefined, randomFraction).toLowerCase()}`;
}

// `randomInt` takes its bytes from a buffer of Node that is filled 6 KiB at a time. The default generator of
// ulid queries the system for each of 16 characters, which took 40 µs for an id instead of 1.3 µs.
function randomFraction(): number {
  return randomInt(charactersOfUlid) / charactersOfUlid;
}

const charactersOfUlid = 32;

/** The schema of an id of one kind. */
export function idSchema(kind: IdKind): z.ZodString {
  const prefix = idPrefixes[kind];
  return z
    .string()
    .regex(
      new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`),
      `expected an id of the form ${prefix}_ and 26 characters`,
    );
}
