import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildProgram, runToEnd } from '../../support/child-program.js';
import type { CompatibilityTest, CompatibleProgram } from '../compatible-program.js';
import { startFileServer, type FileServer } from './file-server.js';

const uploadBytes = 20_000_000;
const common = ['--silent', '--show-error', '--insecure', '--max-time', '60'];

/** curl over HTTP/1.1 and HTTP/2, with a file server behind the route. */
export const curl: CompatibleProgram = {
  name: 'curl',
  version: async () =>
    /^curl (\S+)/.exec((await runToEnd('curl', ['--version'])).output)?.[1] ?? 'of no version',
  run: async (test) => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-curl-'));
    const file = randomBytes(uploadBytes);
    await writeFile(join(folder, 'file'), file);
    const server = await startFileServer(file);
    try {
      await test.sluice.publish('/fs', server.port);
      const { url, tlsUrl } = test.sluice;
      for (const [version, base] of [
        ['1.1', url],
        ['2', tlsUrl],
      ] as const) {
        const checks = new CurlChecks(test.check, { version, base: `${base}/fs`, folder, file });
        await checks.upload();
        await checks.download();
        await checks.events(server);
      }
    } finally {
      server.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface CurlInput {
  version: '1.1' | '2';
  base: string;
  /** Has the file, whose content is `file`. */
  folder: string;
  file: Buffer;
}

class CurlChecks {
  constructor(
    private readonly report: CompatibilityTest['check'],
    private readonly input: CurlInput,
  ) {}

  async upload(): Promise<void> {
    const { version, folder, file } = this.input;
    const kinds: [name: string, options: string[]][] = [
      ['with a length', ['--header', 'Expect:']],
      ['that waits for a 100', ['--header', 'Expect: 100-continue']],
      ['in chunks', ['--header', 'Transfer-Encoding: chunked', '--header', 'Expect:']],
    ];
    // HTTP/2 has no chunks.
    for (const [kind, options] of version === '2' ? kinds.slice(0, 2) : kinds) {
      await this.#check(`an upload of 20 MB ${kind}`, async () => {
        const answer = await this.#curl('upload', '--upload-file', join(folder, 'file'), ...options);
        assert.equal(answer.toString(), createHash('sha256').update(file).digest('hex'));
      });
    }
  }

  async download(): Promise<void> {
    const { file } = this.input;
    await this.#check('a file of 20 MB', async () => {
      assert.ok(file.equals(await this.#curl('file')));
    });
    await this.#check('a range', async () => {
      const range = await this.#curl('file', '--range', '1000000-1999999', '--fail');
      assert.ok(file.subarray(1_000_000, 2_000_000).equals(range));
    });
    await this.#check('a 304', async () => {
      const answer = await this.#curl('file', '--header', 'If-None-Match: "one"', '--include');
      assert.match(answer.toString('latin1'), /^HTTP\/\S+ 304.*\r\n(?:.+\r\n)*\r\n$/);
    });
    await this.#check('HEAD', async () => {
      const answer = await this.#curl('file', '--head');
      assert.match(answer.toString('latin1'), /content-length: 20000000\r\n/i);
    });
  }

  async events(server: FileServer): Promise<void> {
    const { base } = this.input;
    await this.#check('server-sent events as they are written', async () => {
      const command = ['curl', ...common, ...this.#protocol(), '--no-buffer', `${base}/events`] as const;
      const program = new ChildProgram({ name: 'curl', command, environment: process.env }).start();
      try {
        await program.printed(/data: first/);
        server.sendLastEvent();
        const { exitCode, output } = await program.exited();
        assert.deepEqual([exitCode, output], [0, 'data: first\n\ndata: last\n\n']);
      } finally {
        await program.stop();
      }
    });
  }

  #check(name: string, run: () => Promise<void>): Promise<void> {
    return this.report(`${name} over HTTP/${this.input.version}`, run);
  }

  #protocol(): string[] {
    return [this.input.version === '2' ? '--http2' : '--http1.1'];
  }

  /** Returns what curl writes, and fails if it does not use the protocol. */
  async #curl(path: string, ...options: string[]): Promise<Buffer> {
    const { base, folder, version } = this.input;
    const output = join(folder, 'output');
    await writeFile(output, '');
    const written = ['--output', output, '--write-out', '%{http_version}'];
    const all = [...common, ...this.#protocol(), ...written, ...options, `${base}/${path}`];
    const ended = await runToEnd('curl', all);
    assert.deepEqual([ended.exitCode, ended.output], [0, version]);
    return readFile(output);
  }
}
