import type { CredentialKind } from './credential.js';
import { credentialKinds } from './credential.js';

/** The part of the test page that a link keeps. Never a key. */
export interface TestSearch {
  url?: string;
  route?: string;
  subprotocols?: string;
  credential?: CredentialKind;
}

export function readTestSearch(search: Record<string, unknown>): TestSearch {
  const text = (name: string): string | undefined =>
    typeof search[name] === 'string' && search[name] !== '' ? search[name] : undefined;
  return {
    url: text('url'),
    route: text('route'),
    subprotocols: text('subprotocols'),
    credential: credentialKinds.find((kind) => kind === search['credential']),
  };
}
