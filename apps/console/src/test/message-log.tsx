import { useMemo, useState, type ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { FrameList, type FrameRow } from '../parts/frame-list.js';
import { Icon } from '../parts/icon.js';
import { Panel } from '../parts/panel.js';
import { useFormats } from '../parts/use-formats.js';
import type { LoggedMessage, Snapshot } from './conversation.js';
import { hexDump, prettyText } from './payload.js';
import styles from './message-log.module.css';

interface Props {
  snapshot: Snapshot;
  onClear: () => void;
  /** The composer, below the messages. */
  children: ReactNode;
}

// More would freeze the page; the rest is cut off.
const maxShownCharacters = 100_000;

/** All messages of the connection, and the whole of the chosen one. */
export function MessageLog({ snapshot, onClear, children }: Props): ReactNode {
  const t = useText();
  const formats = useFormats();
  const { messages, omitted } = snapshot;
  const [selectedId, setSelectedId] = useState<number | null>(null);
  const selected = messages.find(({ id }) => id === selectedId);
  const rows = useMemo(() => {
    const opcodes = { text: t('test.log.text'), binary: t('test.log.binary') };
    return messages.map(({ opcode, echoMs, ...message }): FrameRow => {
      const note = echoMs === null ? undefined : formats.milliseconds(echoMs);
      return { opcode: opcodes[opcode], note, ...message };
    });
  }, [messages, formats, t]);
  return (
    <Panel
      title={t('test.log.title')}
      isFlush
      actions={
        <>
          <span>{t('test.log.messages', { count: formats.count(messages.length + omitted) })}</span>
          <Button look="quiet" isIconOnly aria-label={t('app.clear')} onPress={onClear}>
            <Icon name="clear" />
          </Button>
        </>
      }
    >
      {omitted > 0 && (
        <p className={styles['omitted']}>{t('test.log.omitted', { count: formats.count(omitted) })}</p>
      )}
      {rows.length === 0 ? (
        <p className={styles['empty']}>{t('test.log.empty')}</p>
      ) : (
        <FrameList
          label={t('test.log.title')}
          rows={rows}
          directions={{ sent: t('test.log.sent'), received: t('test.log.received') }}
          selected={selectedId}
          onSelect={setSelectedId}
        />
      )}
      {selected !== undefined && (
        <pre className={styles['payload']} tabIndex={0} aria-label={t('test.log.payload')}>
          {shownPayload(selected)}
        </pre>
      )}
      {children}
    </Panel>
  );
}

function shownPayload({ payload }: LoggedMessage): string {
  if (typeof payload === 'string') return prettyText(payload).slice(0, maxShownCharacters);
  return hexDump(payload.subarray(0, maxShownCharacters / 8));
}
