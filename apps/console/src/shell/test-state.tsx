import { useSyncExternalStore, type ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { useKeptTest } from '../test/kept-test.js';
import styles from './sidebar.module.css';

/** A dot in the menu while the connection of the test page is open, or once it has closed. */
export function TestState(): ReactNode {
  const t = useText();
  const { conversation } = useKeptTest();
  const state = useSyncExternalStore(conversation.subscribe, () => conversation.snapshot().state);
  if (state !== 'open' && state !== 'closed') return null;
  return (
    <span className={styles['dot']} data-state={state}>
      <span className="visually-hidden">{t(state === 'open' ? 'test.state.open' : 'test.state.closed')}</span>
    </span>
  );
}
