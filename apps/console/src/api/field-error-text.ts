import { fill } from '../messages/fill.js';
import type { Text } from '../messages/language.js';
import { fieldErrors } from '../messages/zh/field-errors.js';
import type { Problem } from './client.js';

export type CodedError = NonNullable<Problem['errors']>[number];

/** The text of a field's error: the message of the API, or in another language that of its code. */
export function fieldErrorText({ code, message, values = {} }: CodedError, { language }: Text): string {
  return language === 'en' || !isTranslated(code) ? message : fill(fieldErrors[code], values);
}

/** Whether the errors of a code have a translation. An API of another version may have other codes. */
export function isTranslated(code: string): code is keyof typeof fieldErrors {
  return Object.hasOwn(fieldErrors, code);
}
