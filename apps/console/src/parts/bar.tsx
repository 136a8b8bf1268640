import type { ReactNode } from 'react';
import styles from './bar.module.css';

interface Props {
  /** From 0 to 1. */
  share: number;
  tone?: 'accent' | 'danger';
}

/** A bar that is filled up to a share; any share above 0 is visible. */
export function Bar({ share, tone = 'accent' }: Props): ReactNode {
  const width = share > 0 ? `max(2px, ${share * 100}%)` : 0;
  return (
    <div className={styles['track']}>
      <div className={styles['bar']} data-tone={tone} style={{ width }} />
    </div>
  );
}
