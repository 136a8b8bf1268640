import { readChoice, readInteger, type Environment } from './setting-readers.js';

type ProgramName = 'API' | 'gateway' | 'echo upstream';

/** The documentation of a setting, from which docs/configuration.md is generated. Texts are Markdown. */
export interface SettingDescription {
  readonly name: string;
  readonly readBy: readonly ProgramName[];
  /** The effect of the setting, in one sentence. */
  readonly summary: string;
  /** The value if it is unset, or the behavior. */
  readonly default: string;
  readonly unit?: string;
  /** The expected form of the value, also for the error. */
  readonly expected: string;
  readonly example: string;
  /** Further sentences, one a line; an empty line begins a paragraph. */
  readonly details?: string;
}

/** A setting: its reader and its documentation. */
export interface Setting<Value> extends SettingDescription {
  /** The value, or its default if it is unset or empty; throws a `SettingsError` for a wrong value. */
  read(environment: Environment): Value;
}

export function defineSetting<Value>(
  description: SettingDescription,
  read: (environment: Environment, name: string) => Value,
): Setting<Value> {
  return { ...description, read: (environment) => read(environment, description.name) };
}

type DerivedField = 'default' | 'expected';

export function defineInteger(
  bounds: { fallback: number; minimum: number; maximum: number },
  description: Omit<SettingDescription, DerivedField>,
): Setting<number> {
  return defineSetting(
    {
      ...description,
      default: `\`${bounds.fallback}\``,
      expected: `a whole number from ${bounds.minimum} to ${bounds.maximum}`,
    },
    (environment, name) => readInteger(environment, name, bounds),
  );
}

export function defineChoice<Choice extends string>(
  choices: readonly Choice[],
  fallback: NoInfer<Choice>,
  description: Omit<SettingDescription, DerivedField>,
): Setting<Choice> {
  return defineSetting(
    { ...description, default: `\`${fallback}\``, expected: `one of ${choices.join(', ')}` },
    (environment, name) => readChoice(environment, name, choices, fallback),
  );
}
