import type { ReactNode } from 'react';
import { Bar } from './bar.js';
import styles from './progress.module.css';

interface Props {
  label: string;
  value: number;
  max: number;
  /** The progress in words, below the bar. */
  children: ReactNode;
}

/** A bar that fills as something proceeds. */
export function Progress({ label, value, max, children }: Props): ReactNode {
  const percent = max === 0 ? 100 : Math.round((100 * value) / max);
  return (
    <div className={styles['progress']}>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <Bar share={percent / 100} />
      </div>
      <span className={styles['text']}>{children}</span>
    </div>
  );
}
