import { useEffect, useState, type ReactNode } from 'react';
import { useText, type MessageKey } from '../messages/language.js';
import { Fact, FactList } from '../parts/fact-list.js';
import { useFormats } from '../parts/use-formats.js';
import { meaningOf } from './close-codes.js';
import type { ConversationState, Snapshot } from './conversation.js';
import { shortened } from './handshake-text.js';
import styles from './facts.module.css';

const states: Readonly<Record<ConversationState, MessageKey>> = {
  idle: 'test.state.idle',
  connecting: 'test.state.connecting',
  open: 'test.state.open',
  closing: 'test.state.closing',
  closed: 'test.state.closed',
  refused: 'test.state.refused',
};

/** What is known of the connection: state, negotiated values, counters, and how it ended. */
export function Facts({ snapshot }: { snapshot: Snapshot }): ReactNode {
  const t = useText();
  const formats = useFormats();
  const { state, subprotocol, extensions, sent, received, lastEchoMs, close, openedAt } = snapshot;
  const none = t('test.fact.none');
  const traffic = ({ messages, bytes }: Snapshot['sent']): string =>
    `${formats.count(messages)} · ${formats.bytes(bytes)}`;
  return (
    <div className={styles['facts']}>
      <p className={styles['state']} data-state={state} role="status">
        {t(states[state])}
      </p>
      {openedAt !== null && (
        <FactList>
          <Fact term={t('test.fact.duration')}>
            <Duration snapshot={snapshot} />
          </Fact>
          <Fact term={t('test.fact.subprotocol')}>
            {subprotocol === '' ? none : <code>{shortened(subprotocol)}</code>}
          </Fact>
          <Fact term={t('test.fact.extensions')}>{extensions === '' ? none : <code>{extensions}</code>}</Fact>
          <Fact term={t('test.fact.sent')}>{traffic(sent)}</Fact>
          <Fact term={t('test.fact.received')}>{traffic(received)}</Fact>
          <Fact term={t('test.fact.latency')}>
            {lastEchoMs === null ? none : formats.milliseconds(lastEchoMs)}
          </Fact>
          {close !== null && (
            <>
              <Fact term={t('test.fact.closeCode')}>
                <strong>{close.code}</strong> {t(meaningOf(close.code))}
              </Fact>
              {close.reason !== '' && (
                <Fact term={t('test.fact.reason')}>
                  <bdi>{close.reason}</bdi>
                </Fact>
              )}
            </>
          )}
        </FactList>
      )}
    </div>
  );
}

function Duration({ snapshot: { openedAt, endedAt } }: { snapshot: Snapshot }): ReactNode {
  const formats = useFormats();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (endedAt !== null) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [endedAt]);
  return formats.duration((endedAt ?? now) - (openedAt ?? now));
}
