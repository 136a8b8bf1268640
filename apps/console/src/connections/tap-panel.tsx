import { useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { FrameList, type FrameRow } from '../parts/frame-list.js';
import { Note } from '../parts/note.js';
import { Panel } from '../parts/panel.js';
import { TextField } from '../parts/text-field.js';
import { useFormats } from '../parts/use-formats.js';
import { hexDump, prettyText } from '../test/payload.js';
import { downloadFrames } from './download-frames.js';
import { isTextual, TapFeed, textOf, type TapSnapshot, type TappedFrame } from './tap-feed.js';
import styles from './tap-panel.module.css';

/**
 * The frames of a live connection, as they pass. A tap is written to the audit, so it starts with a button.
 */
export function TapPanel({ connection }: { connection: string }): ReactNode {
  const t = useText();
  const [feed] = useState(() => new TapFeed());
  const snapshot = useSyncExternalStore(feed.subscribe, feed.snapshot);
  const [filter, setFilter] = useState('');
  useEffect(() => () => feed.dispose(), [feed]);
  const { frames, state } = snapshot;
  const matching = useMemo(() => frames.filter((frame) => matches(frame, filter)), [frames, filter]);
  const isOpen = state === 'open' || state === 'opening';
  return (
    <Panel
      title={t('tap.title')}
      isFlush
      actions={
        <>
          {isOpen && <PauseButton feed={feed} />}
          <Button isDisabled={matching.length === 0} onPress={() => downloadFrames(connection, matching)}>
            {t('tap.download')}
          </Button>
          <Button
            look={isOpen ? 'plain' : 'primary'}
            onPress={() => (isOpen ? feed.close() : feed.open(connection))}
          >
            {t(isOpen ? 'tap.stop' : 'tap.start')}
          </Button>
        </>
      }
    >
      <div className={styles['filter']}>
        <TextField
          label={t('tap.filter')}
          isLabelHidden
          placeholder={t('tap.filter.placeholder')}
          value={filter}
          onChange={setFilter}
        />
      </div>
      <Frames snapshot={snapshot} frames={matching} />
    </Panel>
  );
}

interface FramesProps {
  snapshot: TapSnapshot;
  /** Those that match the filter. */
  frames: readonly TappedFrame[];
}

const emptyTexts = {
  idle: 'tap.empty',
  opening: 'tap.starting',
  open: 'tap.waiting',
  ended: 'tap.empty',
} as const;

function Frames({ snapshot: { state, close, omitted }, frames }: FramesProps): ReactNode {
  const t = useText();
  const { count } = useFormats();
  const [selected, setSelected] = useState<number | null>(null);
  const rows = useRows(frames);
  const frame = frames.find(({ id }) => id === selected);
  return (
    <>
      {close !== null && close.code !== 1000 && (
        <div className={styles['note']}>
          <Note tone="danger">{t('tap.ended', { code: close.code, reason: close.reason })}</Note>
        </div>
      )}
      {omitted > 0 && <p className={styles['omitted']}>{t('tap.omitted', { count: count(omitted) })}</p>}
      {rows.length === 0 ? (
        <p className={styles['empty']}>{t(emptyTexts[state])}</p>
      ) : (
        <FrameList
          label={t('tap.title')}
          rows={rows}
          directions={{ sent: t('tap.fromClient'), received: t('tap.fromUpstream') }}
          selected={selected}
          onSelect={setSelected}
        />
      )}
      {frame !== undefined && frame.payload !== null && (
        <pre className={styles['payload']} tabIndex={0} aria-label={t('test.log.payload')}>
          {isTextual(frame.opcode) ? prettyText(textOf(frame.payload)) : hexDump(frame.payload)}
          {frame.isTruncated && '\n…'}
        </pre>
      )}
    </>
  );
}

function PauseButton({ feed }: { feed: TapFeed }): ReactNode {
  const t = useText();
  const [isPaused, setPaused] = useState(false);
  return (
    <Button
      aria-pressed={isPaused}
      onPress={() => {
        feed.setPaused(!isPaused);
        setPaused(!isPaused);
      }}
    >
      {t(isPaused ? 'tap.resume' : 'tap.pause')}
    </Button>
  );
}

function useRows(frames: readonly TappedFrame[]): readonly FrameRow[] {
  const t = useText();
  return useMemo(
    () =>
      frames.map(({ id, at, from, opcode, bytes, preview, isFinal, isCompressed }) => {
        const marks = [isFinal ? '' : t('tap.fragment'), isCompressed ? t('tap.compressed') : ''];
        const note = marks.filter((mark) => mark !== '').join(' ');
        return {
          id,
          at,
          direction: from === 'client' ? 'sent' : 'received',
          opcode,
          bytes,
          preview,
          note,
        } as const;
      }),
    [frames, t],
  );
}

function matches({ opcode, preview, from }: TappedFrame, filter: string): boolean {
  if (filter.trim() === '') return true;
  const words = filter.toLowerCase().split(/\s+/);
  const text = `${opcode} ${from} ${preview}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
