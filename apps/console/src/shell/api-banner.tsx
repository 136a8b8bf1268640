import type { ReactNode } from 'react';
import { ApiError } from '../api/client.js';
import { useText } from '../messages/language.js';
import { useSessionQuery } from '../session/use-session.js';
import styles from './api-banner.module.css';

/** Says that the API cannot be reached, until it can: what the page shows may be out of date. */
export function ApiBanner(): ReactNode {
  const t = useText();
  const { error } = useSessionQuery();
  const isAway = error instanceof ApiError && (error.problem === null || error.problem.status >= 500);
  return (
    <div role="status" className={styles['place']}>
      {isAway && <p className={styles['banner']}>{t('app.away')}</p>}
    </div>
  );
}
