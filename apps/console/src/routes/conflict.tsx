import type { ReactNode } from 'react';
import { differencesOf, type Difference } from '../form/differences.js';
import type { FormObject, FormValue } from '../form/form-value.js';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Note } from '../parts/note.js';
import styles from './routes.module.css';

interface Props {
  /** The version that was opened, and the one that somebody else has saved since. */
  opened: FormObject;
  theirs: FormObject;
  mine: FormObject;
  /** Puts the own changes into the version of the other, without saving it. */
  onKeep: (changes: readonly Difference[]) => void;
  onDiscard: () => void;
}

/** Somebody else has changed the route meanwhile: what they changed, and what can be done. */
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
