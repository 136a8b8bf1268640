import type { ReactNode } from 'react';
import { differencesOf, type Difference } from '../form/differences.js';
import type { FormObject, FormValue } from '../form/form-value.js';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Note } from '../parts/note.js';
import styles from './routes.module.css';

interface Props {
  /** The version that was opened, and the version that another user has saved since. */
  opened: FormObject;
  theirs: FormObject;
  mine: FormObject;
  /** Applies the user's changes to the version of the other user, without saving it. */
  onKeep: (changes: readonly Difference[]) => void;
  onDiscard: () => void;
}

/** Shown after another user has changed the route: the changed fields, and what the user can do. */
export function Conflict({ opened, theirs, mine, onKeep, onDiscard }: Props): ReactNode {
  const t = useText();
  const changes = differencesOf(opened, mine);
  return (
    <Note tone="warning" title={t('route.conflict.title')}>
      <p>{t('route.conflict.text')}</p>
      <ul className={styles['changes']}>
        {differencesOf(opened, theirs).map(({ path, before, after }) => (
          <li key={path}>
            <code>{path}</code>: <bdi>{shortly(before)}</bdi> → <bdi>{shortly(after)}</bdi>
            {changes.some((own) => own.path === path) && (
              <strong> {t('route.conflict.both', { mine: shortly(mineAt(changes, path)) })}</strong>
            )}
          </li>
        ))}
      </ul>
      <div className={styles['choices']}>
        <Button onPress={() => onKeep(changes)}>{t('route.conflict.keep')}</Button>
        <Button onPress={onDiscard}>{t('route.conflict.discard')}</Button>
      </div>
    </Note>
  );
}

function mineAt(changes: readonly Difference[], path: string): FormValue {
  return changes.find((own) => own.path === path)?.after ?? null;
}

const maxLength = 120;

function shortly(value: FormValue): string {
  const text = JSON.stringify(value);
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
