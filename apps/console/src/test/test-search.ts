import { textIn, wordIn } from '../parts/search-text.js';
import { credentialKinds, type CredentialKind } from './credential.js';

/** The part of the test page that a link keeps. Never a key. */
export interface TestSearch {
  url?: string;
  route?: string;
  subprotocols?: string;
  credential?: CredentialKind;
  /** Who opens the connection; this browser, if omitted. */
  from?: 'api';
}

export function readTestSearch(search: Record<string, unknown>): TestSearch {
  return {
    url: textIn(search, 'url'),
    route: textIn(search, 'route'),
    subprotocols: textIn(search, 'subprotocols'),
    credential: wordIn(search, 'credential', credentialKinds),
    from: wordIn(search, 'from', ['api'] as const),
  };
}
