import type { ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Disclosure } from '../parts/disclosure.js';
import { acceptanceText, answerText, refusalText, requestText } from './handshake-text.js';
import type { Snapshot } from './conversation.js';
import type { Explanation } from './use-handshake.js';
import type { Test } from './use-test.js';
import styles from './facts.module.css';

/** Request and answer of the last handshake, as far as a page can know them. */
export function HandshakePanel({ test: { handshake, snapshot, explanation } }: { test: Test }): ReactNode {
  const t = useText();
  if (handshake === null) return null;
  const verdict = snapshot.state === 'refused' ? explanation.data?.verdict : undefined;
  const answer = answerOf(snapshot, verdict);
  return (
    <Disclosure title={t('test.handshake')}>
      <div className={styles['handshake']}>
        <h3>{t('test.handshake.request')}</h3>
        <pre tabIndex={0} role="group" aria-label={t('test.handshake.request')}>
          {requestText(handshake, window.location.origin)}
        </pre>
        {answer !== null && (
          <>
            <h3>{t('test.handshake.answer')}</h3>
            <pre tabIndex={0} role="group" aria-label={t('test.handshake.answer')}>
              {answer}
            </pre>
          </>
        )}
        <p>{t(handshake.headers === null ? 'test.handshake.hidden' : 'test.handshake.cut')}</p>
      </div>
    </Disclosure>
  );
}

function answerOf(snapshot: Snapshot, verdict: Explanation['verdict'] | undefined): string | null {
  if (snapshot.answer !== null) return answerText(snapshot.answer);
  if (snapshot.openedAt !== null) return acceptanceText(snapshot);
  return verdict !== undefined && !verdict.allowed ? refusalText(verdict) : null;
}
