import { useEffect, useRef, type ReactNode } from 'react';
import { ApiError } from '../api/client.js';
import { problemText } from '../api/problem-text.js';
import { useText } from '../messages/language.js';
import { Note } from '../parts/note.js';
import type { FieldError } from './form-context.js';

interface Props {
  error: Error | null;
  /** The errors that no field shows. */
  others: readonly FieldError[];
}

/** Why a form was not saved; moves the focus to the first field with a problem. */
export function FormProblem({ error, others }: Props): ReactNode {
  const t = useText();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error === null) return;
    const form = place.current?.closest('form');
    form?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
    if (form?.querySelector('[aria-invalid=true]') === null) {
      place.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [error]);
  return <div ref={place}>{error !== null && <Note tone="danger">{textOf()}</Note>}</div>;

  function textOf(): ReactNode {
    const count = error instanceof ApiError ? (error.problem?.errors?.length ?? 0) : 0;
    if (error instanceof ApiError && error.problem?.code === 'precondition_failed') return t('form.conflict');
    if (count === 0) return problemText(error, t);
    return (
      <>
        <p>{t('form.invalid', { count })}</p>
        {others.length > 0 && (
          <ul>
            {others.map(({ field, message }) => (
              <li key={`${field} ${message}`}>
                <code>{field}</code>: {message}
              </li>
            ))}
          </ul>
        )}
      </>
    );
  }
}
