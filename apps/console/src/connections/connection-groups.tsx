import { useMemo, useState, type ReactNode } from 'react';
import { useText, type Text } from '../messages/language.js';
import { Bar } from '../parts/bar.js';
import { Button } from '../parts/button.js';
import { DataTable, type Column } from '../parts/data-table.js';
import type { Formats } from '../parts/format.js';
import { Loaded } from '../parts/loaded.js';
import { Note } from '../parts/note.js';
import { Select } from '../parts/select.js';
import { useFormats } from '../parts/use-formats.js';
import { useSession } from '../session/use-session.js';
import { CloseDialog } from './close-dialog.js';
import {
  filtersIn,
  groupKinds,
  type ConnectionFilters,
  type ConnectionsSearch,
  type GroupKind,
} from './connections-search.js';
import { GroupLink } from './group-link.js';
import { groupTexts } from './group-texts.js';
import { useConnectionCounts, type ConnectionCounts } from './use-connection-counts.js';
import styles from './connection-list.module.css';

type Group = ConnectionCounts['groups'][number];

const maxGroups = 1000;

interface Props {
  search: ConnectionsSearch;
  onChange: (changes: ConnectionsSearch) => void;
}

/** The live connections that match the filters, counted by what they have in common. */
export function ConnectionGroups({ search, onChange }: Props): ReactNode {
  const t = useText();
  const { kind, canManage } = useSession();
  const kinds = groupKinds.filter((by) => by !== 'tenant' || kind !== 'apiKey');
  const by = kinds.find((known) => known === search.by) ?? kinds[0] ?? 'route';
  const filters = useMemo(() => filtersIn(search), [search]);
  const counts = useConnectionCounts(by, filters, maxGroups);
  const [closed, setClosed] = useState<ConnectionFilters | null>(null);
  return (
    <>
      <div className={styles['by']}>
        <Select
          label={t('connections.group.by')}
          options={kinds.map((value) => ({ value, text: t(groupTexts[value]) }))}
          value={by}
          onChange={(value) => onChange({ by: value })}
        />
      </div>
      <Loaded query={counts} isEmpty={({ total }) => total === 0} empty={t('connections.noneLive')}>
        {(data) => <Groups by={by} counts={data} filters={filters} onClose={canManage ? setClosed : null} />}
      </Loaded>
      {closed !== null && <CloseDialog target={{ filters: closed }} onClose={() => setClosed(null)} />}
    </>
  );
}

interface GroupsProps {
  by: GroupKind;
  counts: ConnectionCounts;
  filters: ConnectionFilters;
  onClose: ((filters: ConnectionFilters) => void) | null;
}

function Groups({ by, counts, filters, onClose }: GroupsProps): ReactNode {
  const t = useText();
  const formats = useFormats();
  const { groups, total, isExact, silentGateways } = counts;
  const columns = useMemo(
    () => columnsOf({ by, total, filters, onClose, t, formats }),
    [by, total, filters, onClose, t, formats],
  );
  return (
    <>
      {silentGateways.length > 0 && (
        <div className={styles['note']}>
          <Note tone="warning">{t('connections.silent', { gateways: silentGateways.join(', ') })}</Note>
        </div>
      )}
      {!isExact && (
        <div className={styles['note']}>
          <Note>{t('connections.group.inexact')}</Note>
        </div>
      )}
      <DataTable
        label={t('connections.grouped')}
        columns={columns}
        rows={groups}
        keyOf={({ group }) => group ?? ''}
        isNarrow
      />
      <footer className={styles['foot']}>
        {t('connections.group.shown', {
          groups: formats.count(groups.length),
          count: formats.count(total),
        })}
      </footer>
    </>
  );
}

interface ColumnsInput extends Pick<GroupsProps, 'by' | 'filters' | 'onClose'> {
  total: number;
  t: Text;
  formats: Formats;
}

function columnsOf({ by, total, filters, onClose, t, formats }: ColumnsInput): readonly Column<Group>[] {
  return [
    {
      id: 'group',
      header: t(groupTexts[by]),
      width: 'minmax(80px, 2fr)',
      cell: ({ group }) => <GroupLink by={by} group={group} filters={filters} />,
    },
    {
      id: 'connections',
      header: t('connections.title'),
      width: '88px',
      isNumber: true,
      cell: ({ connections }) => formats.count(connections),
    },
    {
      id: 'share',
      header: t('connections.group.share'),
      width: 'minmax(0, 1fr)',
      cell: ({ connections }) => <Bar share={connections / Math.max(1, total)} />,
    },
    ...(onClose === null ? [] : [closeColumn({ by, filters, onClose, t })]),
  ];
}

interface CloseColumnInput extends Pick<ColumnsInput, 'by' | 'filters' | 't'> {
  onClose: (filters: ConnectionFilters) => void;
}

/** Without a button for connections without a key: no filter means them. */
function closeColumn({ by, filters, onClose, t }: CloseColumnInput): Column<Group> {
  return {
    id: 'actions',
    header: t('gateways.actions'),
    isHeaderHidden: true,
    width: '72px',
    isNumber: true,
    cell: ({ group }) =>
      group !== null && (
        <Button
          look="quiet"
          aria-label={t('connections.group.closeOf', { group })}
          onPress={() => onClose({ ...filters, [by]: group })}
        >
          {t('connection.close')}
        </Button>
      ),
  };
}
