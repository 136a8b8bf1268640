import type { ReactNode } from 'react';
import styles from './note.module.css';

interface Props {
  tone?: 'info' | 'warning' | 'danger';
  title?: string;
  children: ReactNode;
}

/** A message in the page, announced to screen readers when it appears. */
export function Note({ tone = 'info', title, children }: Props): ReactNode {
  return (
    <div className={`${styles['note']} ${styles[tone]}`} role={tone === 'danger' ? 'alert' : 'status'}>
      {title !== undefined && <p className={styles['title']}>{title}</p>}
      {children}
    </div>
  );
}
