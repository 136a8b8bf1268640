import { localeOf, useLanguage } from '../messages/language.js';
import { formatsOf, type Formats } from './format.js';

/** The formats of the chosen language. */
export function useFormats(): Formats {
  return formatsOf(localeOf(useLanguage().language));
}
