import { version } from '../bootstrap/version.js';
import { alignedRows, type Command } from './command.js';
import { CommandError, UsageError } from './command-error.js';
import { applyCommand } from './commands/apply.js';
import { connectCommand } from './commands/connect.js';
import { diffCommand } from './commands/diff.js';
import { explainCommand } from './commands/explain.js';
import { exportCommand } from './commands/export.js';
import { importCommand } from './commands/import.js';
import { tapCommand } from './commands/tap.js';
import { exitCodes } from './exit-codes.js';
import { nearestName } from './nearest-name.js';
import type { Terminal } from './terminal.js';

const commands: readonly Command[] = [
  connectCommand,
  explainCommand,
  tapCommand,
  exportCommand,
  diffCommand,
  applyCommand,
  importCommand,
];

/**
 * Runs one command line and resolves with its exit code; errors of the user are printed in one or a few
 * lines.
 */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    terminal.report(error.message);
    return exitCodes.failed;
  }
}

async function dispatch([name, ...args]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined) {
    terminal.report(overview());
    return exitCodes.failed;
  }
  if (['help', '--help', '-h'].includes(name)) return help(args, terminal);
  if (['version', '--version', '-v'].includes(name)) {
    terminal.print(`sluice ${version}`);
    return exitCodes.done;
  }
  return commandCalled(name).run(args, terminal);
}

function help([name]: string[], terminal: Terminal): number {
  terminal.print(name === undefined ? overview() : commandCalled(name).help);
  return exitCodes.done;
}

function commandCalled(name: string): Command {
  const found = commands.find((command) => command.name === name);
  if (found !== undefined) return found;
  const names = [...commands.map((command) => command.name), 'help', 'version'];
  const nearest = nearestName(name, names);
  const what = name.startsWith('-') ? 'option' : 'command';
  const hint = nearest === null ? `"sluice help" lists the commands` : `did you mean "sluice ${nearest}"?`;
  throw new UsageError(`sluice: unknown ${what} ${name}; ${hint}`);
}

function overview(): string {
  return [
    'usage: sluice COMMAND [OPTIONS] [ARGUMENTS]',
    '',
    ...alignedRows([
      ...commands.map(({ name, summary }) => [name, summary]),
      ['help [COMMAND]', 'Print this list, or how to use a command'],
      ['--version', 'Print the version'],
    ]),
    '',
    'All but connect use the REST API:',
    ...alignedRows([
      ['SLUICE_API_URL', 'where it is; http://127.0.0.1:3000 unless set'],
      ['SLUICE_ADMIN_TOKEN', 'the admin token, the token of an operator, or a key of a tenant'],
      [
        'SLUICE_DATA_DIR',
        'the folder with the file admin-token, read where no token is set; ./data unless set',
      ],
    ]),
    '',
    'Exit codes: 0 done; 1 diff found a difference, or a connection was refused or lost; 2 anything else.',
  ].join('\n');
}
