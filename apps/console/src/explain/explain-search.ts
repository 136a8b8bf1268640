import { textIn } from '../parts/search-text.js';

export const explainedMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

export type ExplainedMethod = (typeof explainedMethods)[number];

/** The question of the explain page, as a link keeps it. Never a credential. */
export interface ExplainSearch {
  url?: string;
  /** Of an ordinary request; absent for a handshake. */
  method?: ExplainedMethod;
  /** Header fields, one in each line. */
  headers?: string;
  address?: string;
  gateway?: string;
}

export function readExplainSearch(search: Record<string, unknown>): ExplainSearch {
  return {
    url: textIn(search, 'url'),
    method: explainedMethods.find((method) => method === search['method']),
    headers: textIn(search, 'headers'),
    address: textIn(search, 'address'),
    gateway: textIn(search, 'gateway'),
  };
}

// Keys and tickets of Sluice, and tokens (JWT).
const secrets = /\b(?:sl[a-z]_[\w-]{8,}|eyJ[\w-]{8,}(?:\.[\w-]*){0,2})/g;
const secretFields = /^(?:authorization|proxy-authorization|cookie|x-api-key)\s*:/i;

/** The question without the credentials in it, so that its link can be sent to a colleague. */
export function withoutSecrets({ url, headers, ...others }: ExplainSearch): ExplainSearch {
  const lines = headers?.split('\n').filter((line) => !secretFields.test(line.trim()));
  return {
    ...others,
    url: url?.replaceAll(secrets, ''),
    headers: lines?.join('\n').replaceAll(secrets, '') || undefined,
  };
}
