import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { errorMessage } from '#libs/async';
import { writeAtomically } from '#libs/config-bus';
import { maxRowsOfUsageReport, usageReportSchema, type UsageReport, type UsageRow } from '#libs/contract';

interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface ReportSpoolOptions {
  folder: string;
  gatewayId: string;
  /** The maximum number of bytes of unacknowledged reports of this gateway. */
  maxBytes: number;
  /**
   * The age from which on reports of another gateway in the same folder are sent too: 0 if it can only be a
   * predecessor. To send the reports of a live one is useless, and harmless.
   */
  adoptAfterMs: number;
  logger: Logger;
}

/** The sequence of a report of a gateway. */
export interface ReportSequence {
  gatewayId: string;
  sequence: number;
}

/** A report, with the time since its end by the clock of this machine. */
export type SpooledReport = UsageReport & { ageMs: number };

interface SpooledFile extends ReportSequence {
  name: string;
  bytes: number;
  /** By `performance.now()`; null for a report of another gateway. */
  endedAtMs: number | null;
}

const storedReportSchema = usageReportSchema.extend({ endedAt: z.iso.datetime() });
const fileName = /^(gtw_[0-9a-z]{26})\.([0-9]{1,15})\.json$/;

/**
 * The reports of usage on disk, a file for each, until they are acknowledged. Several gateways may share the
 * folder; a gateway also returns the reports that its predecessors have left.
 */
export class ReportSpool {
  #own: SpooledFile[] = [];
  #adopted: SpooledFile[] = [];
  #sequence = 0;
  #isFailing = false;

  constructor(private readonly options: ReportSpoolOptions) {}

  /** Bytes of the reports of this gateway. */
  get bytes(): number {
    return this.#own.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get size(): number {
    return this.#own.length + this.#adopted.length;
  }

  /** Whether the last report could not be written, or the spool is full. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  /**
   * Writes rows as reports. Returns those that are safely on disk: all, or fewer if it is full.
   * Never rejects.
   */
  async add(rows: readonly UsageRow[], periodMs: number): Promise<UsageRow[]> {
    const written: UsageRow[] = [];
    try {
      for (let start = 0; start < rows.length; start += maxRowsOfUsageReport) {
        const part = rows.slice(start, start + maxRowsOfUsageReport);
        await this.#write(part, periodMs);
        written.push(...part);
      }
      this.#noticeSuccess();
    } catch (error) {
      this.#noticeFailure(errorMessage(error));
    }
    return written;
  }

  /** Looks for the reports of other gateways. Never rejects. */
  async adopt(): Promise<void> {
    const { folder, gatewayId, adoptAfterMs } = this.options;
    const names = await readdir(folder).catch(() => []);
    const adopted: SpooledFile[] = [];
    for (const name of names) {
      const [, owner, sequence] = fileName.exec(name) ?? [];
      if (owner === undefined || owner === gatewayId) continue;
      const found = await stat(join(folder, name)).catch(() => null);
      // The time of a new file has fractions of a millisecond, so it may be later than the clock.
      if (!found || Math.max(0, Date.now() - found.mtimeMs) < adoptAfterMs) continue;
      const file = { gatewayId: owner, sequence: Number(sequence), name, bytes: found.size, endedAtMs: null };
      adopted.push(file);
    }
    this.#adopted = adopted.sort(byGatewayAndSequence);
  }

  /** The oldest reports, those of other gateways first, up to about a number of rows. Never rejects. */
  async oldest(maxRows: number): Promise<SpooledReport[]> {
    const reports: SpooledReport[] = [];
    let rows = 0;
    for (const file of [...this.#adopted, ...this.#own]) {
      if (rows >= maxRows) break;
      const report = await this.#read(file);
      if (!report) continue;
      reports.push(report);
      rows += report.rows.length;
    }
    return reports;
  }

  /** Deletes the reports of these gateways up to a sequence. Never rejects. */
  async acknowledge(acknowledged: readonly ReportSequence[]): Promise<void> {
    const upTo = new Map(acknowledged.map(({ gatewayId, sequence }) => [gatewayId, sequence]));
    const isStored = ({ gatewayId, sequence }: SpooledFile): boolean =>
      sequence <= (upTo.get(gatewayId) ?? 0);
    const stored = [...this.#adopted, ...this.#own].filter(isStored);
    this.#own = this.#own.filter((file) => !isStored(file));
    this.#adopted = this.#adopted.filter((file) => !isStored(file));
    // A file that cannot be deleted is sent again by a successor, and counts once.
    for (const { name } of stored) await rm(this.#pathOf(name), { force: true }).catch(() => undefined);
  }

  async #write(rows: readonly UsageRow[], periodMs: number): Promise<void> {
    const { folder, gatewayId, maxBytes } = this.options;
    const sequence = this.#sequence + 1;
    const report = { gatewayId, sequence, periodMs, rows, endedAt: new Date().toISOString() };
    const bytes = Buffer.from(JSON.stringify(report));
    if (this.bytes + bytes.length > maxBytes) throw new Error(`it has the maximum of ${maxBytes} bytes`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const name = `${gatewayId}.${sequence}.json`;
    const endedAtMs = performance.now();
    await writeAtomically(this.#pathOf(name), once(bytes));
    this.#sequence = sequence;
    this.#own.push({ gatewayId, sequence, name, bytes: bytes.length, endedAtMs });
  }

  // A file that a failing disk has damaged must not hold up the others.
  async #read(file: SpooledFile): Promise<SpooledReport | null> {
    const path = this.#pathOf(file.name);
    try {
      const { endedAt, ...report } = storedReportSchema.parse(JSON.parse(await readFile(path, 'utf8')));
      const ageMs =
        file.endedAtMs === null ? Date.now() - Date.parse(endedAt) : performance.now() - file.endedAtMs;
      return { ...report, ageMs: Math.max(0, Math.round(ageMs)) };
    } catch (error) {
      this.#forget(file);
      if (isAbsent(error)) return null;
      this.options.logger.warn(
        { path, reason: errorMessage(error) },
        'a usage report cannot be read and is set aside',
      );
      await rename(path, `${path}.unreadable`).catch(() => undefined);
      return null;
    }
  }

  #forget(forgotten: SpooledFile): void {
    this.#own = this.#own.filter((file) => file !== forgotten);
    this.#adopted = this.#adopted.filter((file) => file !== forgotten);
  }

  #pathOf(name: string): string {
    return join(this.options.folder, name);
  }

  #noticeSuccess(): void {
    if (this.#isFailing) this.options.logger.info({}, 'usage reports can be written again');
    this.#isFailing = false;
  }

  #noticeFailure(reason: string): void {
    const { folder, logger } = this.options;
    if (!this.#isFailing) {
      logger.warn({ folder, reason }, 'usage reports cannot be written; the usage is kept in memory');
    }
    this.#isFailing = true;
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
  yield await Promise.resolve(bytes);
}

function byGatewayAndSequence(one: SpooledFile, other: SpooledFile): number {
  if (one.gatewayId !== other.gatewayId) return one.gatewayId < other.gatewayId ? -1 : 1;
  return one.sequence - other.sequence;
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
