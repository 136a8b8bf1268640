import type { ReactNode } from 'react';
import { useText } from '../messages/language.js';
import styles from './field-changes.module.css';

export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}

/** The fields that a change has changed. The value `undefined` means that there was no such field. */
export function FieldChanges({ changes }: { changes: readonly FieldChange[] }): ReactNode {
  const t = useText();
  return (
    <div className={styles['scroller']} tabIndex={0} role="group" aria-label={t('changes.title')}>
      <table className={styles['changes']}>
        <thead>
          <tr>
            <th scope="col">{t('changes.field')}</th>
            <th scope="col">{t('changes.before')}</th>
            <th scope="col">{t('changes.after')}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ field, before, after }) => (
            <tr key={field}>
              <th scope="row">
                <bdi>{field}</bdi>
              </th>
              <Value value={before} look="before" />
              <Value value={after} look="after" />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Value({ value, look }: { value: unknown; look: 'before' | 'after' }): ReactNode {
  return (
    <td className={value === undefined ? undefined : styles[look]}>
      <bdi>{value === undefined ? '—' : JSON.stringify(value)}</bdi>
    </td>
  );
}
