import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runSluice } from '../../test/support/sluice-command.js';

const manual = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8');
const commands = ['connect', 'explain', 'tap', 'export', 'diff', 'apply', 'import'];

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-command-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each([
  [['conect', 'ws://127.0.0.1'], 'sluice: unknown command conect; did you mean "sluice connect"?'],
  [['frobnicate'], 'sluice: unknown command frobnicate; "sluice help" lists the commands'],
  [['--verison'], 'sluice: unknown option --verison; "sluice help" lists the commands'],
  [['help', 'exprot'], 'sluice: unknown command exprot; did you mean "sluice export"?'],
  [
    ['connect', 'ws://127.0.0.1', '--protocol', 'chat'],
    'sluice connect: unknown option --protocol; did you mean --subprotocol?',
  ],
  [['apply', 'a.yaml', '--dryrun'], 'sluice apply: unknown option --dryrun; did you mean --dry-run?'],
  [
    ['diff', 'a.yaml', '--delete-tenants'],
    'sluice diff: unknown option --delete-tenants; "sluice help diff"',
  ],
  [['connect', 'ws://127.0.0.1', '--key'], "sluice connect: Option '--key <value>' argument missing"],
  [['export'], 'sluice export: too few arguments; usage: sluice export [OPTIONS] FILE'],
  [['diff', 'a.yaml', 'b.yaml'], 'sluice diff: too many arguments'],
  [['connect', '127.0.0.1:8080/echo'], 'sluice connect: expected a URL like ws://127.0.0.1:8080/echo'],
  [['connect', 'ws://127.0.0.1', '--header', 'Origin'], "sluice connect: expected --header 'NAME: VALUE'"],
  [['explain'], 'sluice explain: too few arguments; usage: sluice explain [OPTIONS] URL'],
  [['explain', 'ftp://a.example'], 'sluice explain: expected a URL like ws://127.0.0.1:8080/echo'],
  [['explain', 'ws://a.example', '--header', 'Origin'], "sluice explain: expected --header 'NAME: VALUE'"],
  [['tap'], 'sluice tap: give a CONNECTION, or a filter like --tenant'],
  [['tap', 'con_1', '--tenant', 'acme'], 'sluice tap: give either a CONNECTION or filters, not both'],
  [['tap', 'con_1', '--payload', '70000'], 'sluice tap: --payload: expected a whole number up to 65536'],
])('%j ends with 2 and a line that explains the error', async (words, expected) => {
  const { exitCode, output } = await runSluice({}, ...words);
  expect([exitCode, output]).toEqual([2, expect.stringContaining(expected)]);
  expect(output.trim().split('\n')).toHaveLength(1);
});

test('sluice without a command prints the commands and ends with 2; sluice help ends with 0', async () => {
  const [none, help] = await Promise.all([runSluice({}), runSluice({}, 'help')]);
  expect([none.exitCode, help.exitCode]).toEqual([2, 0]);
  expect(none.output).toBe(help.output);
  for (const command of commands) expect(help.output).toMatch(new RegExp(`^  ${command} +[A-Z]`, 'm'));
});

test('--version prints the version of package.json', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await runSluice({}, '--version')).toEqual({ exitCode: 0, output: `sluice ${version}\n` });
});

test.each(commands)(
  'sluice help and --help print the same for %s, and docs/command-line.md has it',
  async (command) => {
    const [help, option] = await Promise.all([
      runSluice({}, 'help', command),
      runSluice({}, command, '--help'),
    ]);
    expect(help).toEqual(option);
    expect(help.exitCode).toBe(0);
    expect(manual).toContain(help.output);
  },
);

test('docs/command-line.md has the list of commands', async () => {
  expect(manual).toContain((await runSluice({}, 'help')).output);
});

test.each(['export', 'diff', 'apply', 'tap'])(
  '%s without a token explains where to get one',
  async (name) => {
    const file = join(folder, 'config.yaml');
    await writeFile(file, 'version: 1\ntenants: []\n');
    const { exitCode, output } = await runSluice(
      { SLUICE_DATA_DIR: folder },
      name,
      name === 'tap' ? 'con_1' : file,
    );
    expect(exitCode).toBe(2);
    expect(output).toContain(
      `SLUICE_ADMIN_TOKEN is not set, and ${join(folder, 'admin-token')} cannot be read (ENOENT)`,
    );
    expect(output).toContain('set SLUICE_DATA_DIR to its data folder');
  },
);

test('an unreachable API is reported with its URL and the reason', async () => {
  const environment = { SLUICE_ADMIN_TOKEN: 'a-token-for-this-test', SLUICE_API_URL: 'http://127.0.0.1:2' };
  const { exitCode, output } = await runSluice(environment, 'export', join(folder, 'config.yaml'));
  expect([exitCode, output]).toEqual([
    2,
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:2 cannot be reached: .*ECONNREFUSED/),
  ]);
});
