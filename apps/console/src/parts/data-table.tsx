import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import styles from './data-table.module.css';

export interface Column<Row> {
  id: string;
  header: string;
  /** A track of a CSS grid; fixed, so that live values move nothing. */
  width: string;
  isNumber?: boolean;
  /** Whether the header is for screen readers alone. */
  isHeaderHidden?: boolean;
  /** The field by which the list can be sorted. */
  sort?: string;
  cell: (row: Row) => ReactNode;
}

interface Props<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** The current order: a field, with `-` before it in descending order. */
  sort?: string;
  onSort?: (sort: string) => void;
  /** Called when the last rows are shown. */
  onEnd?: () => void;
  /** Whether its columns fit into a phone. */
  isNarrow?: boolean;
}

const rowHeight = 34;

/** A table of thousands of rows, of which only the visible ones are in the document. */
export function DataTable<Row>(props: Props<Row>): ReactNode {
  const { label, columns, rows, keyOf, sort, onSort, onEnd, isNarrow } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  const items = virtualizer.getVirtualItems();
  const isAtEnd = (items.at(-1)?.index ?? -1) >= rows.length - 1;
  useEffect(() => {
    if (isAtEnd && rows.length > 0) onEnd?.();
  }, [isAtEnd, rows.length, onEnd]);
  const template = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') };
  return (
    <div ref={scroller} className={styles['scroller']} tabIndex={0} role="group" aria-label={label}>
      <div
        role="table"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        className={styles['table']}
        data-narrow={isNarrow}
      >
        <div role="row" aria-rowindex={1} className={styles['head']} style={template}>
          {columns.map((column) => (
            <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />
          ))}
        </div>
        <div role="rowgroup" className={styles['body']} style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rows[index];
            return row === undefined ? null : (
              <div
                key={keyOf(row)}
                role="row"
                aria-rowindex={index + 2}
                className={styles['row']}
                style={{ ...template, transform: `translateY(${start}px)` }}
              >
                <Cells columns={columns} row={row} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Cells<Row>({ columns, row }: { columns: readonly Column<Row>[]; row: Row }): ReactNode {
  return columns.map(({ id, isNumber, cell }) => (
    <div key={id} role="cell" className={styles['cell']} data-number={isNumber || undefined}>
      {cell(row)}
    </div>
  ));
}

interface HeaderProps<Row> {
  column: Column<Row>;
  sort?: string;
  onSort?: (sort: string) => void;
}

function HeaderCell<Row>({ column, sort, onSort }: HeaderProps<Row>): ReactNode {
  const { header, isNumber, isHeaderHidden, sort: field } = column;
  const order =
    field === undefined ? null : { [field]: 'ascending', [`-${field}`]: 'descending' }[sort ?? ''];
  return (
    <div
      role="columnheader"
      aria-sort={order === 'ascending' || order === 'descending' ? order : undefined}
      className={styles['cell']}
      data-number={isNumber || undefined}
    >
      {field === undefined || onSort === undefined ? (
        <span className={isHeaderHidden ? 'visually-hidden' : undefined}>{header}</span>
      ) : (
        // The largest first, since users look for these.
        <Button
          className={styles['sort']}
          onPress={() => onSort(order === 'descending' ? field : `-${field}`)}
        >
          {header}
          <span aria-hidden="true">{order === 'ascending' ? '↑' : order === 'descending' ? '↓' : ''}</span>
        </Button>
      )}
    </div>
  );
}
