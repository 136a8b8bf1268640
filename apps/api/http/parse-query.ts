import { parse, type ParsedUrlQuery } from 'node:querystring';
import { ProblemError } from './problem-error.js';

/**
 * Parses the parameters of a query. Throws `invalid_request` with each parameter that is repeated, `label`
 * excepted, or whose percent-encoding is broken or not UTF-8, which `querystring` would silently replace.
 */
export function parseQuery(search: string | null): ParsedUrlQuery {
  const text = search ?? '';
  const broken = text.split('&').filter((parameter) => !isDecodable(parameter));
  if (broken.length > 0) throw refusal(broken.map(nameOf), 'expected percent-encoded UTF-8');
  const query = parse(text, '&', '=', { maxKeys: 0 });
  const repeated = Object.keys(query).filter((name) => Array.isArray(query[name]) && name !== 'label');
  if (repeated.length > 0) throw refusal(repeated, 'expected once');
  return query;
}

function nameOf(parameter: string): string {
  return Object.keys(parse(parameter)).join();
}

function refusal(names: readonly string[], message: string): ProblemError {
  const errors = names.slice(0, 100).map((name) => ({ field: name.slice(0, 100) || '""', message }));
  return new ProblemError('invalid_request', { errors });
}

function isDecodable(parameter: string): boolean {
  try {
    decodeURIComponent(parameter);
    return true;
  } catch {
    return false;
  }
}
