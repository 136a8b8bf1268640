import { useState, type ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { TextField } from '../parts/text-field.js';
import { useFormats } from '../parts/use-formats.js';
import { boundedNumber, maxEveryMs, maxTimes, minEveryMs, useRepetition } from './repetition.js';
import styles from './composer.module.css';

interface Props {
  isOpen: boolean;
  /** False: the message could not be sent. */
  onSend: () => boolean;
}

/** Sends the message of the composer again and again. */
export function Repeat({ isOpen, onSend }: Props): ReactNode {
  const t = useText();
  const formats = useFormats();
  const [every, setEvery] = useState('1000');
  const [times, setTimes] = useState('10');
  const { progress, start, stop } = useRepetition(isOpen, onSend);
  const everyMs = boundedNumber(every, minEveryMs, maxEveryMs);
  const count = boundedNumber(times, 1, maxTimes);
  const hint = (minimum: number, maximum: number): string =>
    t('test.repeat.bounds', { minimum: formats.count(minimum), maximum: formats.count(maximum) });
  return (
    <div className={styles['repeat']}>
      <TextField
        label={t('test.repeat.every')}
        inputMode="numeric"
        value={every}
        onChange={setEvery}
        error={everyMs === null ? hint(minEveryMs, maxEveryMs) : null}
      />
      <TextField
        label={t('test.repeat.times')}
        inputMode="numeric"
        value={times}
        onChange={setTimes}
        error={count === null ? hint(1, maxTimes) : null}
      />
      {progress === null ? (
        <Button
          isDisabled={!isOpen || everyMs === null || count === null}
          onPress={() => {
            if (everyMs !== null && count !== null) start(everyMs, count);
          }}
        >
          {t('test.repeat.start')}
        </Button>
      ) : (
        <Button onPress={stop}>
          {t('test.repeat.stop')}{' '}
          <span className={styles['progress']}>
            {formats.count(progress.sent)} / {formats.count(progress.times)}
          </span>
        </Button>
      )}
    </div>
  );
}
