import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useCallback, type ReactNode } from 'react';
import { problemText } from '../api/problem-text.js';
import { useText } from '../messages/language.js';
import { Button } from './button.js';
import { DataTable, type Column } from './data-table.js';
import { Note } from './note.js';
import { Panel } from './panel.js';
import { useFormats } from './use-formats.js';
import styles from './list-view.module.css';

/** The read pages of a list, joined. */
export interface Listed<Item> {
  items: readonly Item[];
  total: number | null;
}

interface Props<Item> {
  label: string;
  list: UseInfiniteQueryResult<Listed<Item>>;
  columns: readonly Column<Item>[];
  keyOf: (item: Item) => string;
  sort?: string;
  onSort?: (sort: string) => void;
  /** Shown while there are no items at all. */
  empty: ReactNode;
  /** The text if no item matches the filters; null without filters. */
  noMatch: string | null;
}

/** A list that is read page by page, with its states: it is read, empty, not matched, or cannot be read. */
export function ListView<Item>(props: Props<Item>): ReactNode {
  const { label, list, columns, keyOf, sort, onSort } = props;
  const { data, hasNextPage, isFetching, fetchNextPage } = list;
  const readNext = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return (
    <>
      <ListError list={list} />
      <Panel isFlush>
        {data !== undefined && data.items.length > 0 ? (
          <DataTable
            label={label}
            columns={columns}
            rows={data.items}
            keyOf={keyOf}
            sort={sort}
            onSort={onSort}
            onEnd={readNext}
          />
        ) : (
          <Nothing {...props} />
        )}
        <Foot list={list} />
      </Panel>
    </>
  );
}

function ListError<Item>({ list: { error, refetch } }: Pick<Props<Item>, 'list'>): ReactNode {
  const t = useText();
  return error === null ? null : (
    <Note tone="danger" title={problemText(error, t)}>
      <div>
        <Button onPress={() => void refetch()}>{t('app.retry')}</Button>
      </div>
    </Note>
  );
}

function Nothing<Item>({ list, empty, noMatch }: Props<Item>): ReactNode {
  const t = useText();
  if (list.isPending) return <p className={styles['nothing']}>{t('app.loading')}</p>;
  if (list.data === undefined) return <p className={styles['nothing']}>—</p>;
  return <div className={styles['nothing']}>{noMatch ?? empty}</div>;
}

function Foot<Item>({ list: { data, isFetchingNextPage } }: Pick<Props<Item>, 'list'>): ReactNode {
  const t = useText();
  const { count } = useFormats();
  if (data === undefined || data.items.length === 0) return null;
  const shown = count(data.items.length);
  return (
    <div className={styles['foot']} role="status">
      {isFetchingNextPage
        ? t('app.loading')
        : t('list.shown', { shown, total: count(data.total ?? data.items.length) })}
    </div>
  );
}
