import { fill } from '../messages/fill.js';
import type { Text } from '../messages/language.js';
import { fieldErrors } from '../messages/zh/field-errors.js';
import type { Problem } from './client.js';

export type CodedError = NonNullable<Problem['errors']>[number];

/** The text of a field's error: the message of the API, or in another language that of its code. */
export function fieldErrorText({ code, message, values = {} }: CodedError, { language }: Text): string {
  if (language === 'en') return message;
  const texts: Readonly<Record<string, string>> = fieldErrors;
  // An API of another version may have other codes.
  const text = texts[code];
  return text === undefined ? message : fill(text, values);
}
