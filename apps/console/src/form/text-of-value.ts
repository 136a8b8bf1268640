import { isObject, listIn, textIn, type FormValue } from './form-value.js';

/**
 * Values as texts that people edit, and back. Text that is not such a value stays text, and the API reports
 * it.
 */
export interface TextForm {
  write: (value: FormValue) => string;
  read: (text: string) => FormValue;
}

export function numberForm(isNullable: boolean): TextForm {
  return {
    write: (value) => textIn(value),
    read: (text) => {
      const trimmed = text.trim();
      if (trimmed === '') return isNullable ? null : '';
      return /^-?\d+(?:\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed;
    },
  };
}

export function linesForm(isNullable: boolean): TextForm {
  return {
    write: (value) => listIn(value).map(textIn).join('\n'),
    read: (text) => {
      const lines = linesIn(text);
      return isNullable && lines.length === 0 ? null : lines;
    },
  };
}

export function pairsForm(separator: '=' | ': '): TextForm {
  return {
    write: (value) =>
      isObject(value)
        ? Object.entries(value)
            .map(([name, held]) => `${name}${separator}${textIn(held)}`)
            .join('\n')
        : '',
    read: (text) =>
      Object.fromEntries(
        linesIn(text).map((line) => {
          const place = line.indexOf(separator.trim());
          return place === -1 ? [line, ''] : [line.slice(0, place).trim(), line.slice(place + 1).trim()];
        }),
      ),
  };
}

export const jsonForm: TextForm = {
  write: (value) => (value === null ? '' : JSON.stringify(value, null, 2)),
  read: (text) => {
    if (text.trim() === '') return null;
    try {
      return JSON.parse(text) as FormValue;
    } catch {
      return text;
    }
  },
};

/** Like `2026-11-30T09:15` in the zone of the user, as an input of the browser has it. */
export const momentForm: TextForm = {
  write: (value) => {
    const at = new Date(typeof value === 'string' ? value : Number.NaN);
    if (Number.isNaN(at.getTime())) return '';
    return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  },
  read: (text) => {
    const at = new Date(text);
    return text === '' || Number.isNaN(at.getTime()) ? null : at.toISOString();
  },
};

function linesIn(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
