import { useState, type ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Button } from './button.js';
import { Icon } from './icon.js';
import styles from './copy-field.module.css';

/** A text to copy, such as a secret or a program. */
export function CopyField({ label, text }: { label: string; text: string }): ReactNode {
  const t = useText();
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null);
  // A page that is not loaded over https or from localhost has no clipboard.
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      setOutcome('failed');
    }
  };
  return (
    <div className={styles['copy']}>
      <pre className={styles['text']} tabIndex={0} role="group" aria-label={label}>
        {text}
      </pre>
      <Button onPress={() => void copy()} aria-label={`${t('form.copy')}: ${label}`}>
        <Icon name="copy" />
        {t(outcome === 'copied' ? 'form.copied' : 'form.copy')}
      </Button>
      <span role="status" className={outcome === 'failed' ? styles['failed'] : 'visually-hidden'}>
        {outcome === 'failed' ? t('form.copyFailed') : outcome === 'copied' ? t('form.copied') : ''}
      </span>
    </div>
  );
}
