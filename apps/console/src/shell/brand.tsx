import type { ReactNode } from 'react';
import { useText } from '../messages/language.js';
import styles from './brand.module.css';

/** The sign of Sluice and its name. */
export function Brand(): ReactNode {
  const t = useText();
  return (
    <span className={styles['brand']}>
      <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true" focusable="false">
        <rect width="32" height="32" rx="7" fill="var(--accent)" />
        <path
          d="M9 8v16M23 8v16M9 13h14M9 19h14"
          stroke="var(--on-accent)"
          strokeWidth="2.6"
          strokeLinecap="round"
        />
      </svg>
      {t('app.name')}
    </span>
  );
}
