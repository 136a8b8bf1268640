import { parse, type ParsedUrlQuery } from 'node:querystring';
import { ProblemError } from './problem-error.js';

/**
 * The parameters of a query. Throws `invalid_request` naming each one whose percent-encoding is broken or not UTF-8, which
 * `querystring` would turn into other characters.
 */
export function parseQuery(query: string | null): ParsedUrlQuery {
  const text = query ?? '';
  const broken = text.split('&').filter((parameter) => !isDecodable(parameter));
  if (broken.length === 0) return parse(text, '&', '=', { maxKeys: 0 });
  const errors = broken.slice(0, 100).map((parameter) => ({
    field: Object.keys(parse(parameter)).join().slice(0, 100) || '""',
    message: 'expected percent-encoded UTF-8',
  }));
  throw new ProblemError('invalid_request', { errors });
}

function isDecodable(parameter: string): boolean {
  try {
    decodeURIComponent(parameter);
    return true;
  } catch {
    return false;
  }
}
