import type { ReactNode } from 'react';
import styles from './status.module.css';

export type Tone = 'good' | 'warning' | 'danger' | 'idle';

/** A state in words, with a dot in its colour. */
export function Status({ tone, children }: { tone: Tone; children: ReactNode }): ReactNode {
  return (
    <span className={styles['status']} data-tone={tone}>
      {children}
    </span>
  );
}
