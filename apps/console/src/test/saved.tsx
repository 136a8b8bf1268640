import { useState, type ReactNode } from 'react';
import { useText, type MessageKey } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Select } from '../parts/select.js';
import { readSavedMessages, removeMessage, saveMessage, type SavedMessage } from './saved-messages.js';
import styles from './composer.module.css';

interface Props {
  /** What the composer has at present. */
  current: SavedMessage;
  onLoad: (message: SavedMessage) => void;
}

const kindTexts: Readonly<Record<SavedMessage['kind'], MessageKey>> = {
  text: 'test.compose.text',
  json: 'test.compose.json',
  binary: 'test.compose.binary',
};
const nameLength = 60;

/** Messages that this browser keeps: choose one to write it into the composer. */
export function Saved({ current, onLoad }: Props): ReactNode {
  const t = useText();
  const [messages, setMessages] = useState(readSavedMessages);
  const [hasFailed, setFailed] = useState(false);
  const index = messages.findIndex(({ kind, text }) => kind === current.kind && text === current.text);
  const keep = (changed: SavedMessage[] | null): void => {
    setFailed(changed === null);
    if (changed !== null) setMessages(changed);
  };
  return (
    <div className={styles['saved']}>
      <Select
        label={t('test.saved')}
        isLabelHidden
        placeholder={t(messages.length === 0 ? 'test.saved.none' : 'test.saved')}
        isDisabled={messages.length === 0}
        options={messages.map(({ kind, text }, place) => ({
          value: String(place),
          text: text.slice(0, nameLength),
          note: t(kindTexts[kind]),
        }))}
        value={index === -1 ? null : String(index)}
        onChange={(place) => {
          const chosen = messages[Number(place)];
          if (chosen !== undefined) onLoad(chosen);
        }}
      />
      {index === -1 ? (
        <Button
          look="quiet"
          isDisabled={current.text === ''}
          onPress={() => keep(saveMessage({ kind: current.kind, text: current.text }))}
        >
          {t('test.saved.save')}
        </Button>
      ) : (
        <Button look="quiet" onPress={() => keep(removeMessage(current))}>
          {t('test.saved.remove')}
        </Button>
      )}
      {hasFailed && <span role="alert">{t('test.saved.failed')}</span>}
    </div>
  );
}
