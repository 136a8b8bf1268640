import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { problemText } from '../api/problem-text.js';
import { useText } from '../messages/language.js';
import { Button } from './button.js';
import { Note } from './note.js';
import styles from './loaded.module.css';

interface Props<Data> {
  query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch'>;
  isEmpty?: (data: Data) => boolean;
  /** Shown for an empty list. */
  empty?: ReactNode;
  children: (data: Data) => ReactNode;
}

/** The answer of a query, or that it loads, has failed or is empty. An error keeps the last answer. */
export function Loaded<Data>({ query, isEmpty, empty, children }: Props<Data>): ReactNode {
  const t = useText();
  const { data, error, refetch } = query;
  const failure = error !== null && (
    <div className={styles['failure']}>
      <Note tone="danger" title={problemText(error, t)}>
        <div>
          <Button onPress={() => void refetch()}>{t('app.retry')}</Button>
        </div>
      </Note>
    </div>
  );
  if (data === undefined) return failure || <p className={styles['centred']}>{t('app.loading')}</p>;
  return (
    <>
      {failure}
      {isEmpty?.(data) ? <p className={styles['centred']}>{empty}</p> : children(data)}
    </>
  );
}
