import type { ReactNode } from 'react';
import styles from './disclosure.module.css';

/** A part of a page that is shown when its title is pressed. */
export function Disclosure({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <details className={styles['disclosure']}>
      <summary>{title}</summary>
      <div className={styles['body']}>{children}</div>
    </details>
  );
}
