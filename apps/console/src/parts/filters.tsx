import type { ReactNode } from 'react';
import { useText } from '../messages/language.js';
import styles from './list-view.module.css';

/** The filters above a list; the first one is the text search. */
export function Filters({ children }: { children: ReactNode }): ReactNode {
  const t = useText();
  return (
    <div className={styles['filters']} role="search" aria-label={t('list.filters')}>
      {children}
    </div>
  );
}
