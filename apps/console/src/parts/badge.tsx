import type { ReactNode } from 'react';
import styles from './badge.module.css';

export type Tone = 'good' | 'info' | 'warning' | 'danger' | 'quiet';

/** A state in one word. */
export function Badge({ tone, children }: { tone: Tone; children: ReactNode }): ReactNode {
  return <span className={`${styles['badge']} ${styles[tone]}`}>{children}</span>;
}
