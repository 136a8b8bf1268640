import type { MessageKey } from '../messages/language.js';
import type { FormObject } from './form-value.js';

interface Base {
  /** The path of the value, like `timeouts.connectMs`; in a group or an item, relative to it. */
  path: string;
  label: MessageKey;
  hint?: MessageKey;
  /** Whether it takes the whole width. */
  isWide?: boolean;
  /** Whether the field applies, given the other values of the form, or of its group or item. */
  isFor?: (value: FormObject) => boolean;
}

export interface TextSpec extends Base {
  kind: 'text';
  isCode?: boolean;
  rows?: number;
  /** Whether an empty text means null. */
  isNullable?: boolean;
  placeholder?: string;
}

export interface NumberSpec extends Base {
  kind: 'number';
  isNullable?: boolean;
}

/** A point in time in the zone of the user, or null. */
export interface MomentSpec extends Base {
  kind: 'moment';
}

export interface FlagSpec extends Base {
  kind: 'flag';
}

/** One of a few values; `several`: a list of them. */
export interface ChoiceSpec extends Base {
  kind: 'choice' | 'several';
  options: Readonly<Record<string, MessageKey>>;
}

/** A list of texts, one a line. */
export interface LinesSpec extends Base {
  kind: 'lines';
  isNullable?: boolean;
  placeholder?: string;
}

/** Names with values, one a line. */
export interface PairsSpec extends Base {
  kind: 'pairs';
  separator: '=' | ': ';
  placeholder?: string;
}

export interface JsonSpec extends Base {
  kind: 'json';
  placeholder?: string;
}

/** A list of objects. */
export interface ItemsSpec extends Base {
  kind: 'items';
  fields: readonly FieldSpec[];
  initial: FormObject;
  add: MessageKey;
  /** Whether an empty list means null. */
  isNullable?: boolean;
}

/** An object that may be null. */
export interface GroupSpec extends Base {
  kind: 'group';
  fields: readonly FieldSpec[];
  initial: FormObject;
}

/** A field of a form. */
export type FieldSpec =
  | TextSpec
  | NumberSpec
  | MomentSpec
  | FlagSpec
  | ChoiceSpec
  | LinesSpec
  | PairsSpec
  | JsonSpec
  | ItemsSpec
  | GroupSpec;
