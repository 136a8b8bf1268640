import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type KeyboardEvent, type ReactNode, type RefObject, type UIEvent } from 'react';
import { Icon } from './icon.js';
import { useFormats } from './use-formats.js';
import styles from './frame-list.module.css';

/** A row of the list: a message or a frame. */
export interface FrameRow {
  id: number;
  direction: 'sent' | 'received';
  at: number;
  opcode: string;
  bytes: number;
  preview: string;
  /** A short remark, like the latency of an echo. */
  note?: string;
}

interface Props {
  label: string;
  rows: readonly FrameRow[];
  /** The names of the directions, for screen readers. */
  directions: Readonly<Record<FrameRow['direction'], string>>;
  selected: number | null;
  onSelect: (id: number) => void;
}

const rowHeight = 28;

/** A list of thousands of messages or frames, which follows its end unless the user has scrolled up. */
export function FrameList({ label, rows, directions, selected, onSelect }: Props): ReactNode {
  const { scroller, virtualizer, onScroll } = useFollowedEnd(rows);
  const move = (event: KeyboardEvent): void => {
    const index = rows.findIndex(({ id }) => id === selected);
    const target = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(rows.length - 1, target));
    const row = rows[next];
    if (row === undefined) return;
    onSelect(row.id);
    virtualizer.scrollToIndex(next);
  };
  return (
    <div
      ref={scroller}
      className={styles['list']}
      role="listbox"
      aria-label={label}
      aria-activedescendant={selected === null ? undefined : rowId(selected)}
      tabIndex={0}
      onKeyDown={move}
      onScroll={onScroll}
    >
      <div role="presentation" className={styles['content']} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <div
              key={row.id}
              id={rowId(row.id)}
              role="option"
              aria-selected={row.id === selected}
              aria-posinset={index + 1}
              aria-setsize={rows.length}
              className={styles['row']}
              data-direction={row.direction}
              style={{ transform: `translateY(${start}px)` }}
              onClick={() => onSelect(row.id)}
            >
              <Cells row={row} direction={directions[row.direction]} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Cells({ row, direction }: { row: FrameRow; direction: string }): ReactNode {
  const formats = useFormats();
  return (
    <>
      <span className={styles['direction']}>
        <Icon name={row.direction} size={14} />
        <span className="visually-hidden">{direction}</span>
      </span>
      <span className={styles['time']}>{formats.clock(row.at)}</span>
      <span className={styles['opcode']}>{row.opcode}</span>
      <span className={styles['size']}>{formats.bytes(row.bytes)}</span>
      <bdi className={styles['preview']}>{row.preview}</bdi>
      <span className={styles['note']}>{row.note}</span>
    </>
  );
}

interface FollowedEnd {
  scroller: RefObject<HTMLDivElement | null>;
  virtualizer: Virtualizer<HTMLDivElement, Element>;
  onScroll: (event: UIEvent<HTMLDivElement>) => void;
}

function useFollowedEnd(rows: readonly FrameRow[]): FollowedEnd {
  const scroller = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const last = rows.at(-1)?.id;
  useEffect(() => {
    if (follows.current && last !== undefined) virtualizer.scrollToIndex(rows.length - 1, { align: 'end' });
  }, [last, rows.length, virtualizer]);
  const onScroll: FollowedEnd['onScroll'] = ({
    currentTarget: { scrollTop, scrollHeight, clientHeight },
  }) => {
    follows.current = scrollHeight - scrollTop - clientHeight < 2 * rowHeight;
  };
  return { scroller, virtualizer, onScroll };
}

function rowId(id: number): string {
  return `frame-${id}`;
}
