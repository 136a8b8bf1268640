import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useText, type MessageKey, type Text } from '../messages/language.js';
import { Checkbox } from '../parts/checkbox.js';
import type { Column } from '../parts/data-table.js';
import type { Formats } from '../parts/format.js';
import { ResourceName } from '../parts/resource-name.js';
import { useFormats } from '../parts/use-formats.js';
import { useSession } from '../session/use-session.js';
import type { enders } from './connections-search.js';
import { idleMsOf, totalOf } from './relayed.js';
import type { ClosedConnection, Connection } from './use-connections.js';

type Shown = Connection | ClosedConnection;

/** The ids of the selected connections. */
export interface Selection {
  ids: ReadonlySet<string>;
  toggle: (id: string) => void;
}

export const enderTexts: Readonly<Record<(typeof enders)[number], MessageKey>> = {
  client: 'connections.endedBy.client',
  upstream: 'connections.endedBy.upstream',
  gateway: 'connections.endedBy.gateway',
};

/** The columns of the live list; with a selection, the first one selects rows. */
export function useLiveColumns(selection: Selection | null): readonly Column<Connection>[] {
  const [t, formats, { kind }] = [useText(), useFormats(), useSession()];
  return useMemo(
    () => [
      ...(selection === null ? [] : [selectionColumn(t, selection)]),
      {
        id: 'client',
        header: t('connections.client'),
        width: '108px',
        cell: ({ id, clientAddress }) => (
          <Link to="/connections/$connection" params={{ connection: id }}>
            <bdi>{clientAddress}</bdi>
          </Link>
        ),
      },
      ...ownerColumns<Connection>(t, kind !== 'apiKey'),
      {
        id: 'age',
        header: t('connections.age'),
        width: '72px',
        isNumber: true,
        sort: 'openedAt',
        cell: ({ since }) => formats.duration(Date.now() - Date.parse(since)),
      },
      {
        id: 'idle',
        header: t('connections.idle'),
        width: '72px',
        isNumber: true,
        sort: 'idle',
        cell: (row) => formats.duration(idleMsOf(row, Date.now())),
      },
      ...trafficColumns<Connection>(t, formats, true),
      ...stateColumns(t, formats),
    ],
    [t, formats, kind, selection],
  );
}

export function useClosedColumns(): readonly Column<ClosedConnection>[] {
  const [t, formats, { kind }] = [useText(), useFormats(), useSession()];
  return useMemo(
    () => [
      {
        id: 'closedAt',
        header: t('connections.closedAt'),
        width: '96px',
        cell: ({ closedAt }) => formats.clock(Date.parse(closedAt)),
      },
      {
        id: 'code',
        header: t('connections.code'),
        width: '48px',
        isNumber: true,
        cell: ({ closeCode }) => closeCode,
      },
      {
        id: 'endedBy',
        header: t('connections.endedBy'),
        width: '68px',
        cell: ({ endedBy }) => t(enderTexts[endedBy]),
      },
      {
        id: 'reason',
        header: t('connections.reason'),
        width: 'minmax(110px, 1.5fr)',
        cell: ({ reason }) => (reason === null ? '—' : <bdi title={reason}>{reason}</bdi>),
      },
      {
        id: 'client',
        header: t('connections.client'),
        width: '108px',
        cell: ({ clientAddress }) => <bdi>{clientAddress}</bdi>,
      },
      ...ownerColumns<ClosedConnection>(t, kind !== 'apiKey'),
      {
        id: 'duration',
        header: t('connections.duration'),
        width: '72px',
        isNumber: true,
        cell: ({ durationMs }) => formats.duration(durationMs),
      },
      ...trafficColumns<ClosedConnection>(t, formats, false),
    ],
    [t, formats, kind],
  );
}

function selectionColumn(t: Text, { ids, toggle }: Selection): Column<Connection> {
  return {
    id: 'select',
    header: t('connections.selection'),
    isHeaderHidden: true,
    width: '20px',
    cell: ({ id, clientAddress }) => (
      <Checkbox isSelected={ids.has(id)} onChange={() => toggle(id)}>
        <span className="visually-hidden">{t('connections.select', { client: clientAddress, id })}</span>
      </Checkbox>
    ),
  };
}

function stateColumns(t: Text, formats: Formats): Column<Connection>[] {
  return [
    {
      id: 'buffered',
      header: t('connections.buffered'),
      width: '76px',
      isNumber: true,
      sort: 'buffered',
      cell: ({ bufferedBytes }) => formats.bytes(bufferedBytes),
    },
    {
      id: 'roundTrip',
      header: t('connections.roundTrip'),
      width: '76px',
      isNumber: true,
      sort: 'roundTrip',
      cell: ({ fromClient: { roundTripMs } }) =>
        roundTripMs === null ? '—' : formats.milliseconds(roundTripMs),
    },
  ];
}

function ownerColumns<Row extends Shown>(t: Text, hasTenants: boolean): Column<Row>[] {
  const named = (kind: 'tenant' | 'route' | 'apiKey', idOf: (row: Row) => string | null) => (row: Row) => (
    <ResourceName kind={kind} tenantId={row.tenantId} id={idOf(row)} />
  );
  const width = 'minmax(68px, 1fr)';
  const tenant = {
    id: 'tenant',
    header: t('connections.tenant'),
    width,
    cell: named('tenant', (row) => row.tenantId),
  };
  return [
    ...(hasTenants ? [tenant] : []),
    { id: 'route', header: t('connections.route'), width, cell: named('route', (row) => row.routeId) },
    { id: 'key', header: t('connections.key'), width, cell: named('apiKey', (row) => row.apiKeyId) },
    {
      id: 'upstream',
      header: t('connections.upstream'),
      width: 'minmax(120px, 1.5fr)',
      cell: ({ upstreamUrl }) => <bdi title={upstreamUrl}>{upstreamUrl}</bdi>,
    },
  ];
}

function trafficColumns<Row extends Shown>(t: Text, formats: Formats, isSorted: boolean): Column<Row>[] {
  return [
    {
      id: 'messages',
      header: t('connections.messages'),
      width: '72px',
      isNumber: true,
      ...(isSorted && { sort: 'messages' }),
      cell: (row) => formats.count(totalOf(row, 'messages')),
    },
    {
      id: 'bytes',
      header: t('connections.bytes'),
      width: '80px',
      isNumber: true,
      ...(isSorted && { sort: 'bytes' }),
      cell: (row) => formats.bytes(totalOf(row, 'bytes')),
    },
  ];
}
