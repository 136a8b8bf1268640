import type { ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Bar } from './bar.js';
import styles from './meter.module.css';
import { useFormats } from './use-formats.js';

interface Props {
  label: string;
  used: number | null;
  /** Null: there is no limit. */
  limit: number | null;
}

const almostFull = 0.9;

/** How much of a limit is used, as a bar and in numbers. */
export function Meter({ label, used, limit }: Props): ReactNode {
  const t = useText();
  const { count } = useFormats();
  const text = `${used === null ? '—' : count(used)} / ${limit === null ? t('form.none') : count(limit)}`;
  const share = limit === null || used === null ? 0 : limit === 0 ? 1 : Math.min(1, used / limit);
  return (
    <div className={styles['meter']}>
      <div
        role="meter"
        aria-label={label}
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={text}
      >
        <Bar share={share} tone={share >= almostFull ? 'danger' : 'accent'} />
      </div>
      <span className={styles['text']}>{text}</span>
    </div>
  );
}
