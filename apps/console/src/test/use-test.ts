import type { UseMutationResult } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { headerFieldsIn } from '../parts/header-lines.js';
import type { Conversation, Snapshot } from './conversation.js';
import {
  areSubprotocols,
  isSocketUrl,
  subprotocolsIn,
  withCredential,
  type Handshake,
} from './credential.js';
import { useKeptTest } from './kept-test.js';
import { rememberGateway } from './route-url.js';
import { useExplanation, useIssueTicket, type Explanation } from './use-handshake.js';
import { useHandshakeFields, type HandshakeFields } from './use-handshake-fields.js';

/** The state of the test page and its actions. */
export interface Test {
  fields: HandshakeFields;
  conversation: Conversation;
  snapshot: Snapshot;
  /** The last one that was tried. */
  handshake: Handshake | null;
  explanation: UseMutationResult<Explanation, Error, Handshake>;
  /** Why the connection could not be tried. */
  error: Error | Fault | null;
  connect: () => void;
}

type Fault = 'invalidUrl' | 'invalidSubprotocols' | 'invalidHeaders' | 'noTicketKey';

export function useTest(): Test {
  const fields = useHandshakeFields();
  const { attempt, ...talk } = useConversation();
  const [fault, setFault] = useState<Fault | null>(null);
  const ticket = useIssueTicket();
  const { url, route, credential } = fields;
  const connect = (): void => {
    const headers = fields.headers === null ? null : headerFieldsIn(fields.headers);
    const found = faultOf(fields);
    setFault(found);
    ticket.reset();
    if (found !== null) return;
    rememberGateway(url);
    const handshake = { url, subprotocols: subprotocolsIn(fields.subprotocols), headers };
    const begin = (secret: string): void => attempt(withCredential(handshake, credential.kind, secret));
    if (credential.kind !== 'ticket') begin(credential.secret.trim());
    else {
      const key = { tenant: route?.tenantId ?? '', key: credential.keyId ?? '' };
      ticket.mutate(key, { onSuccess: begin });
    }
  };
  return { ...talk, fields, error: fault ?? ticket.error, connect };
}

function faultOf({ url, subprotocols, headers, route, credential }: HandshakeFields): Fault | null {
  if (!isSocketUrl(url)) return 'invalidUrl';
  if (!areSubprotocols(subprotocolsIn(subprotocols))) return 'invalidSubprotocols';
  if (headers !== null && headerFieldsIn(headers) === null) return 'invalidHeaders';
  const isReady = credential.kind !== 'ticket' || (route !== null && credential.keyId !== null);
  return isReady ? null : 'noTicketKey';
}

type Talk = Pick<Test, 'conversation' | 'snapshot' | 'handshake' | 'explanation'> & {
  attempt: (handshake: Handshake) => void;
};

/** The conversation, which outlives the page; asks for an explanation once a handshake has failed. */
function useConversation(): Talk {
  const kept = useKeptTest();
  const { conversation } = kept;
  const [handshake, setHandshake] = useState(kept.handshake);
  const snapshot = useSyncExternalStore(conversation.subscribe, conversation.snapshot);
  const explanation = useExplanation();
  const { mutate } = explanation;
  // Without an answer, the API says itself what has failed.
  const isRefused = snapshot.state === 'refused' && snapshot.failure === undefined;
  useEffect(() => {
    if (isRefused && handshake !== null) mutate(handshake);
  }, [isRefused, handshake, mutate]);
  const attempt = (tried: Handshake): void => {
    explanation.reset();
    setHandshake(tried);
    kept.handshake = tried;
    conversation.connect(tried);
  };
  return { conversation, snapshot, handshake, explanation, attempt };
}
