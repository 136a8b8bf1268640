import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useText, type Text } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Choice } from '../parts/choice.js';
import { Icon } from '../parts/icon.js';
import { TextField } from '../parts/text-field.js';
import { readPayload, type PayloadKind, type ReadPayload } from './payload.js';
import { Repeat } from './repeat.js';
import type { SavedMessage } from './saved-messages.js';
import { Saved } from './saved.js';
import styles from './composer.module.css';

interface Props {
  isOpen: boolean;
  /** Returns false if the message could not be sent. */
  onSend: (payload: string | Uint8Array<ArrayBuffer>) => boolean;
}

const examples: Readonly<Record<PayloadKind, string>> = {
  text: 'hello',
  json: '{ "hello": "world" }',
  binary: '48 65 6c 6c 6f',
};

/** The message that is written, and sent once the socket is open. */
export function Composer({ isOpen, onSend }: Props): ReactNode {
  const t = useText();
  const draft = useDraft(onSend);
  const sendByKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || !isOpen) return;
    event.preventDefault();
    draft.send();
  };
  return (
    <div className={styles['composer']} onKeyDown={sendByKey}>
      <div className={styles['head']}>
        <Choice
          label={t('test.compose.kind')}
          options={[
            { value: 'text', text: t('test.compose.text') },
            { value: 'json', text: t('test.compose.json') },
            { value: 'binary', text: t('test.compose.binary') },
          ]}
          value={draft.kind}
          onChange={draft.choose}
        />
        <Saved current={draft} onLoad={draft.load} />
        <SendFile isOpen={isOpen} onSend={onSend} />
      </div>
      <TextField
        label={draft.kind === 'binary' ? t('test.compose.hex') : t('test.compose.message')}
        isLabelHidden
        isCode
        rows={3}
        value={draft.text}
        onChange={draft.write}
        error={draft.error}
      />
      <div className={styles['foot']}>
        <details className={styles['schedule']}>
          <summary>{t('test.repeat')}</summary>
          <Repeat isOpen={isOpen} onSend={draft.send} />
        </details>
        <span className={styles['hint']}>{t(isOpen ? 'test.compose.sendHint' : 'test.compose.notOpen')}</span>
        <Button look="primary" isDisabled={!isOpen} onPress={draft.send}>
          {t('test.compose.send')}
        </Button>
      </div>
    </div>
  );
}

interface Draft {
  kind: PayloadKind;
  text: string;
  error: string | null;
  choose: (kind: PayloadKind) => void;
  write: (text: string) => void;
  load: (message: SavedMessage) => void;
  /** Returns false if the text is no such message, or it could not be sent. */
  send: () => boolean;
}

/** A text for each kind of message, so that a change of the kind loses nothing. */
function useDraft(onSend: Props['onSend']): Draft {
  const t = useText();
  const [kind, setKind] = useState<PayloadKind>('text');
  const [texts, setTexts] = useState(examples);
  const [error, setError] = useState<string | null>(null);
  return {
    kind,
    text: texts[kind],
    error,
    choose: (chosen) => {
      setKind(chosen);
      setError(null);
    },
    write: (text) => {
      setTexts({ ...texts, [kind]: text });
      setError(null);
    },
    load: (message) => {
      setKind(message.kind);
      setTexts({ ...texts, [message.kind]: message.text });
      setError(null);
    },
    send: () => {
      const read = readPayload(kind, texts[kind]);
      if (read.ok) return onSend(read.payload);
      setError(problemOf(read, t));
      return false;
    },
  };
}

/** Sends a file as one binary message. */
function SendFile({ isOpen, onSend }: Props): ReactNode {
  const t = useText();
  const input = useRef<HTMLInputElement>(null);
  const sendFile = async (file: File): Promise<void> => {
    onSend(new Uint8Array(await file.arrayBuffer()));
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file !== undefined) void sendFile(file);
          target.value = '';
        }}
      />
      <Button look="quiet" isDisabled={!isOpen} onPress={() => input.current?.click()}>
        <Icon name="file" />
        {t('test.compose.file')}
      </Button>
    </>
  );
}

function problemOf(read: Extract<ReadPayload, { ok: false }>, t: Text): string {
  if (read.problem === 'invalidHex') return t('test.compose.invalidHex');
  return t('test.compose.invalidJson', { error: read.detail });
}
