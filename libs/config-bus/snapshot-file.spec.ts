import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ConfigSnapshot } from '#libs/contract';
import {
  asStored,
  snapshotOf,
  tenantEntry,
  testFleetId,
} from '../../test/support/config-bus/published-entries.js';
import { recordingLogger } from '../../test/support/config-bus/recording-logger.js';
import { SnapshotFile } from './snapshot-file.js';
import { longWait } from '../../test/support/long-wait.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-snapshot-'));
  path = join(folder, 'data', 'snapshot');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const acme = tenantEntry('acme');
const sample = snapshotOf(7, [acme, tenantEntry('other')]);

function openFile(minIntervalMs = 1) {
  const { logger, lines } = recordingLogger();
  return { file: new SnapshotFile({ path, logger, minIntervalMs }), lines };
}

async function keepNow(snapshot: ConfigSnapshot): Promise<void> {
  const { file, lines } = openFile();
  file.keep(() => snapshot);
  await file.close();
  expect(lines).toEqual([]);
}

async function readBack() {
  const { file, lines } = openFile();
  const content = await file.read();
  await file.close();
  const entries = content.ok ? [...content.snapshot.entries] : [];
  return { content, entries, lines };
}

describe('SnapshotFile', () => {
  test('of several processes on one path only the chosen process writes, and a newly chosen process writes the current state', async () => {
    const { logger } = recordingLogger();
    const reader = new SnapshotFile({ path, logger, minIntervalMs: 1, isKept: false });
    reader.keep(() => snapshotOf(8, [acme]));
    await keepNow(sample);
    await reader.close();
    expect((await readBack()).content).toMatchObject({ snapshot: { revision: 7 } });

    const heir = new SnapshotFile({ path, logger, minIntervalMs: 1, isKept: false });
    heir.keep(() => snapshotOf(9, [acme]));
    heir.setKept(true);
    await vi.waitFor(
      async () => expect((await readBack()).content).toMatchObject({ snapshot: { revision: 9 } }),
      longWait,
    );
    heir.keep(() => snapshotOf(10, [acme]));
    heir.setKept(false);
    await heir.close();
    expect((await readBack()).content).toMatchObject({ snapshot: { revision: 9 } });
  });

  test('a snapshot is read back as it was written, from a file that only its owner can read', async () => {
    await keepNow(sample);
    const { content, entries } = await readBack();
    expect(content).toMatchObject({
      ok: true,
      snapshot: { epoch: 'epoch-1', revision: 7, fleetId: testFleetId },
    });
    expect(entries).toEqual(asStored(sample.entries));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'data'))).toEqual(['snapshot']);
  });

  test('a file of a version without fleet ids is read', async () => {
    await keepNow({ ...sample, fleetId: null });
    const whole = (await readFile(path)).toString().replace(',"fleetId":null', '');
    const body = whole.slice(0, whole.lastIndexOf('{'));
    await writeFile(path, `${body}{"crc32":${crc32(body)}}\n`);
    const { content, entries } = await readBack();
    expect(content).toMatchObject({ ok: true, snapshot: { revision: 7, fleetId: null } });
    expect(entries).toEqual(asStored(sample.entries));
  });

  test('an empty snapshot is written as well', async () => {
    await keepNow(snapshotOf(1, []));
    const { content, entries } = await readBack();
    expect(content.ok).toBe(true);
    expect(entries).toEqual([]);
  });

  test('a missing file is absent, and is not logged', async () => {
    const { content, lines } = await readBack();
    expect(content).toMatchObject({ ok: false, code: 'absent' });
    expect(lines).toEqual([]);
  });

  test('a file that is truncated anywhere is logged and ignored', async () => {
    await keepNow(sample);
    const whole = await readFile(path);
    for (let length = 0; length < whole.length; length += 1) {
      await writeFile(path, whole.subarray(0, length));
      const { content, lines } = await readBack();
      expect(content, `cut off after ${String(length)} bytes`).toMatchObject({ ok: false, code: 'unusable' });
      expect(lines.map((line) => line.level)).toEqual(['warn']);
    }
  });

  test('a file with any changed byte is detected', async () => {
    await keepNow(sample);
    const whole = await readFile(path);
    for (let index = 0; index < whole.length; index += 1) {
      const changed = Buffer.from(whole);
      changed[index] = (changed[index] ?? 0) ^ 1;
      await writeFile(path, changed);
      const { content } = await readBack();
      expect(content.ok, `byte ${String(index)} changed`).toBe(false);
    }
  });

  test.each([
    ['empty', ''],
    ['of something else', '{"name":"sluice"}\n{"crc32":0}\n'],
    ['binary', '\u0000\u0001\n\u0002\n'],
    [
      'of a later version',
      '{"format":"sluice-snapshot","version":2,"epoch":"e","revision":1}\n{"crc32":1}\n',
    ],
  ])('a file %s is unusable', async (_, text) => {
    await mkdir(join(folder, 'data'));
    await writeFile(path, text);
    const { content, lines } = await readBack();
    expect(content).toMatchObject({ ok: false, code: 'unusable' });
    expect(lines).toHaveLength(1);
  });

  test('a reader during a write finds the complete old content or the complete new content', async () => {
    const revisions = [snapshotOf(1, sample.entries), snapshotOf(2, [acme])];
    await keepNow(snapshotOf(1, sample.entries));
    for (let round = 0; round < 20; round += 1) {
      const { file } = openFile();
      const next = revisions[round % 2] ?? sample;
      file.keep(() => next);
      const closed = file.close();
      const { content, entries } = await readBack();
      expect(content.ok).toBe(true);
      expect(entries).toHaveLength(content.ok && content.snapshot.revision === 1 ? 2 : 1);
      await closed;
    }
  });

  test('consecutive changes are written once, with the last state', async () => {
    const { file } = openFile(60_000);
    const take = vi.fn(() => sample);
    for (let count = 0; count < 100; count += 1) file.keep(take);
    await file.close();
    expect(take).toHaveBeenCalledTimes(1);
  });

  test('a snapshot is written without closing the file', async () => {
    const { file } = openFile();
    file.keep(() => sample);
    await vi.waitFor(async () => expect((await readBack()).content.ok).toBe(true), longWait);
    file.keep(() => snapshotOf(8, []));
    await vi.waitFor(async () => expect((await readBack()).entries).toEqual([]), longWait);
    await file.close();
  });

  test('nothing is written after closing', async () => {
    const { file } = openFile();
    await file.close();
    const take = vi.fn(() => sample);
    file.keep(take);
    await file.close();
    expect(take).not.toHaveBeenCalled();
  });

  test('a path that cannot be written is reported once, and no temporary file is left', async () => {
    await mkdir(join(path, 'in-the-way'), { recursive: true });
    const { file, lines } = openFile();
    file.keep(() => sample);
    await vi.waitFor(() => expect(lines).toHaveLength(1), longWait);
    file.keep(() => sample);
    await file.close();
    expect(lines.map((line) => line.level)).toEqual(['error']);
    expect(await readdir(join(folder, 'data'))).toEqual(['snapshot']);
  });

  test('temporary files of a crash are removed at the next start, and those of a live writer are kept', async () => {
    await keepNow(sample);
    const anHourAgo = new Date(Date.now() - 3_600_000);
    await writeFile(`${path}.dead.tmp`, 'half');
    await utimes(`${path}.dead.tmp`, anHourAgo, anHourAgo);
    await writeFile(`${path}.alive.tmp`, 'half');
    await readBack();
    expect((await readdir(join(folder, 'data'))).sort()).toEqual(['snapshot', 'snapshot.alive.tmp']);
  });
});
