import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { WorkSlice } from '#libs/async';
import { configPositionSchema } from '#libs/contract';
import type { KeptSnapshot } from './config-applier.js';
import type { StoredSnapshot } from './ports.js';

export type DecodedSnapshot =
  { ok: true; snapshot: StoredSnapshot } | { ok: false; code: 'unusable'; detail: string };

const formatName = 'sluice-snapshot';
const formatVersion = 1;
const newline = 0x0a;
const charactersPerChunk = 256 * 1024;

const headerSchema = z.strictObject({
  format: z.literal(formatName),
  version: z.literal(formatVersion),
  ...configPositionSchema.shape,
  fleetId: z.string().nullable().default(null),
});
const trailerSchema = z.strictObject({ crc32: z.int() });

/**
 * A snapshot as lines of JSON, in chunks: a header with the format and the position, each entry, and at the
 * end the CRC-32 of all bytes before the last line. That line reveals a truncated or changed file.
 */
export async function* encodeSnapshot(snapshot: KeptSnapshot): AsyncGenerator<Buffer> {
  const { epoch, revision, fleetId, entries } = snapshot;
  const header = { format: formatName, version: formatVersion, epoch, revision, fleetId };
  const slice = new WorkSlice();
  let checksum = 0;
  let text = `${JSON.stringify(header)}\n`;
  for (const entry of entries) {
    text += `${JSON.stringify(entry)}\n`;
    if (slice.isOver()) await slice.next();
    if (text.length < charactersPerChunk) continue;
    const chunk = Buffer.from(text);
    checksum = crc32(chunk, checksum);
    text = '';
    yield chunk;
  }
  const rest = Buffer.from(text);
  checksum = crc32(rest, checksum);
  yield rest;
  yield Buffer.from(`${JSON.stringify({ crc32: checksum })}\n`);
}

/** Reads the output of `encodeSnapshot`; entries are cut out of `bytes` one by one on demand. */
export function decodeSnapshot(bytes: Buffer): DecodedSnapshot {
  const headerEnd = bytes.indexOf(newline);
  const trailerStart = bytes.lastIndexOf(newline, -2) + 1;
  if (headerEnd === -1 || bytes.at(-1) !== newline || trailerStart <= headerEnd) {
    return unusable('it has no beginning or no end');
  }
  const header = headerSchema.safeParse(parseLine(bytes.subarray(0, headerEnd)));
  if (!header.success) return unusable(`it is not a ${formatName} of version ${formatVersion}`);
  const trailer = trailerSchema.safeParse(parseLine(bytes.subarray(trailerStart)));
  if (!trailer.success) return unusable('it has no end');
  if (trailer.data.crc32 !== crc32(bytes.subarray(0, trailerStart))) {
    return unusable('its checksum does not match its content');
  }
  const { epoch, revision, fleetId } = header.data;
  const entries = linesOf(bytes.subarray(headerEnd + 1, trailerStart));
  return { ok: true, snapshot: { epoch, revision, fleetId, entries } };
}

function* linesOf(bytes: Buffer): Generator<string> {
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(newline, start);
    yield bytes.toString('utf8', start, end);
    start = end + 1;
  }
}

function parseLine(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString());
  } catch {
    return undefined;
  }
}

function unusable(detail: string): DecodedSnapshot {
  return { ok: false, code: 'unusable', detail };
}
