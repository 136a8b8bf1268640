import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './command-error.js';
import { nearestName } from './nearest-name.js';
import type { Terminal } from './terminal.js';

interface OptionSpec {
  type: 'string' | 'boolean';
  multiple?: boolean;
  short?: string;
  /** The placeholder of the value in the help, like `KEY`. */
  value?: string;
  description: string;
}

type OptionSpecs = Record<string, OptionSpec>;

type ValuesOf<Options extends OptionSpecs> = ReturnType<
  typeof parseArgs<{ options: Options; allowPositionals: true }>
>['values'];

interface DescribedCommand {
  name: string;
  /** One line for the list of commands. */
  summary: string;
  operands: { usage: string; min: number; max: number };
  /** The text of the help below the options. */
  details: string;
}

interface CommandDefinition<Options extends OptionSpecs> extends DescribedCommand {
  options: Options;
  /** Resolves with the exit code; a `CommandError` is printed and ends with 2. */
  run(values: ValuesOf<Options>, operands: string[], terminal: Terminal): Promise<number>;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly help: string;
  run(args: string[], terminal: Terminal): Promise<number>;
}

const helpOption = {
  help: { type: 'boolean', short: 'h', description: 'print this help' },
} as const satisfies OptionSpecs;

/** A command that prints its help on `--help`, and otherwise runs with checked options and operands. */
export function defineCommand<Options extends OptionSpecs>(definition: CommandDefinition<Options>): Command {
  const { name, summary, options } = definition;
  const known = { ...options, ...helpOption };
  const help = helpText(definition, known);
  return {
    name,
    summary,
    help,
    async run(args, terminal) {
      if (asksForHelp(args, known, name)) {
        terminal.print(help);
        return 0;
      }
      const { values, positionals } = parse(name, { args, options, allowPositionals: true });
      checkOperands(definition, positionals);
      return definition.run(values, positionals, terminal);
    },
  };
}

function asksForHelp(args: string[], options: OptionSpecs, command: string): boolean {
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true });
  const given = tokens.filter((token) => token.kind === 'option');
  const unknown = given.find(({ name }) => !Object.hasOwn(options, name));
  if (unknown !== undefined) {
    const nearest = nearestName(unknown.name, Object.keys(options));
    const hint = nearest === null ? seeHelp(command) : `did you mean --${nearest}?`;
    throw new UsageError(`sluice ${command}: unknown option ${unknown.rawName}; ${hint}`);
  }
  return given.some(({ name }) => name === 'help');
}

function parse<Config extends ParseArgsConfig>(
  command: string,
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    // The error left after the check above: a missing value, or a value for an option without one.
    const [message = ''] = error instanceof Error ? error.message.split('\n') : [];
    throw new UsageError(`sluice ${command}: ${message}; ${seeHelp(command)}`, { cause: error });
  }
}

function checkOperands({ name, operands }: DescribedCommand, given: string[]): void {
  if (given.length >= operands.min && given.length <= operands.max) return;
  const fault = given.length < operands.min ? 'too few arguments' : 'too many arguments';
  throw new UsageError(
    `sluice ${name}: ${fault}; usage: sluice ${name} [OPTIONS] ${operands.usage}; ${seeHelp(name)}`,
  );
}

function seeHelp(command: string): string {
  return `"sluice help ${command}" lists what it takes`;
}

function helpText({ name, summary, operands, details }: DescribedCommand, all: OptionSpecs): string {
  const rows = Object.entries(all).map(([option, spec]) => [optionUsage(option, spec), spec.description]);
  return [
    `usage: sluice ${name} [OPTIONS] ${operands.usage}`,
    '',
    `${summary}.`,
    '',
    ...alignedRows(rows),
    ...(details === '' ? [] : ['', details.trim()]),
  ].join('\n');
}

function optionUsage(option: string, { short, value, multiple }: OptionSpec): string {
  const name = `${short === undefined ? '' : `-${short}, `}--${option}`;
  return `${name}${value === undefined ? '' : ` ${value}`}${multiple === true ? '…' : ''}`;
}

/** Rows of two columns, with the second column aligned. */
export function alignedRows(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(...rows.map(([first = '']) => first.length));
  return rows.map(([first = '', second = '']) => `  ${first.padEnd(width)}  ${second}`);
}
