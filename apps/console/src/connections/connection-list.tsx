import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useCallback, type ReactNode } from 'react';
import { problemText } from '../api/problem-text.js';
import { useText, type MessageKey } from '../messages/language.js';
import { DataTable, type Column } from '../parts/data-table.js';
import { Note } from '../parts/note.js';
import { useFormats } from '../parts/use-formats.js';
import { useClosedColumns, useLiveColumns, type Selection } from './connection-columns.js';
import { readConnectionsSearch, type ConnectionsSearch } from './connections-search.js';
import { useClosedConnections, useLiveConnections } from './use-connections.js';
import styles from './connection-list.module.css';

interface Props {
  search: ConnectionsSearch;
  onSort: (sort: ConnectionsSearch['sort']) => void;
  /** The selected live connections; null: they cannot be selected. */
  selection: Selection | null;
}

/** The table of live or of closed connections. */
export function ConnectionList({ search, onSort, selection }: Props): ReactNode {
  const t = useText();
  const isLive = search.view !== 'closed';
  const live = useLiveConnections(search, isLive);
  const closed = useClosedConnections(search, !isLive);
  const liveColumns = useLiveColumns(selection);
  const closedColumns = useClosedColumns();
  if (!isLive) {
    return (
      <Listing
        label={t('connections.closed')}
        columns={closedColumns}
        result={closed}
        empty="connections.noneClosed"
      />
    );
  }
  return (
    <Listing
      label={t('connections.live')}
      columns={liveColumns}
      result={live}
      empty="connections.noneLive"
      sort={search.sort ?? '-openedAt'}
      onSort={(sort) => onSort(readConnectionsSearch({ sort }).sort)}
    />
  );
}

interface ListingProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  result: UseInfiniteQueryResult<{ items: Row[]; silentGateways: string[] }>;
  empty: MessageKey;
  sort?: string;
  onSort?: (sort: string) => void;
}

function Listing<Row extends { id: string }>(props: ListingProps<Row>): ReactNode {
  const { label, columns, result, empty, sort, onSort } = props;
  const t = useText();
  const { count } = useFormats();
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = result;
  const readMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const silent = data?.silentGateways ?? [];
  return (
    <>
      {error !== null && (
        <div className={styles['note']}>
          <Note tone="danger">{problemText(error, t)}</Note>
        </div>
      )}
      {silent.length > 0 && (
        <div className={styles['note']}>
          <Note tone="warning">{t('connections.silent', { gateways: silent.join(', ') })}</Note>
        </div>
      )}
      {data?.items.length === 0 ? (
        <p className={styles['empty']}>{t(empty)}</p>
      ) : (
        <DataTable
          label={label}
          columns={columns}
          rows={data?.items ?? []}
          keyOf={({ id }) => id}
          sort={sort}
          onSort={onSort}
          onEnd={readMore}
        />
      )}
      <footer className={styles['foot']}>
        {data === undefined
          ? t('app.loading')
          : t(hasNextPage ? 'connections.shownOfMore' : 'connections.shown', {
              count: count(data.items.length),
            })}
      </footer>
    </>
  );
}
