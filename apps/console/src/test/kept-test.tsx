import { createContext, use, useEffect, useState, type ReactNode } from 'react';
import { Conversation } from './conversation.js';
import type { Handshake } from './credential.js';
import type { TestSearch } from './test-search.js';
import type { TestedRoute } from './tested-route.js';

/**
 * What the test page keeps while other pages are shown: the connection stays open, so that its end is seen
 * after a key was revoked there. It is in memory only, and goes with the session.
 */
export interface KeptTest {
  readonly conversation: Conversation;
  fields: TestSearch;
  route: TestedRoute | null;
  /** `headers`: a line for each header field that the API sends. */
  secrets: { secret: string; keyId: string | null; headers: string };
  handshake: Handshake | null;
}

const KeptTestContext = createContext<KeptTest | null>(null);

export function KeptTestProvider({ children }: { children: ReactNode }): ReactNode {
  const [kept] = useState<KeptTest>(() => ({
    conversation: new Conversation(),
    fields: {},
    route: null,
    secrets: noSecrets,
    handshake: null,
  }));
  useEffect(() => () => kept.conversation.dispose(), [kept]);
  return <KeptTestContext value={kept}>{children}</KeptTestContext>;
}

export function useKeptTest(): KeptTest {
  const kept = use(KeptTestContext);
  if (kept === null) throw new Error('there is no KeptTestProvider');
  return kept;
}

export const noSecrets = { secret: '', keyId: null, headers: '' };
