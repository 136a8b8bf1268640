import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Choice } from '../parts/choice.js';
import { Panel } from '../parts/panel.js';
import { useFormats } from '../parts/use-formats.js';
import { useSession } from '../session/use-session.js';
import { Page } from '../shell/page.js';
import { CloseDialog } from './close-dialog.js';
import type { Selection } from './connection-columns.js';
import { ConnectionGroups } from './connection-groups.js';
import { ConnectionList } from './connection-list.js';
import { filtersIn, type ConnectionsSearch } from './connections-search.js';
import { Filters } from './filters.js';
import type { CloseTarget } from './use-connections.js';
import styles from './connections-page.module.css';

/** The sockets of the fleet: those that are live, also by group, and those that have ended. */
export function ConnectionsPage(): ReactNode {
  const t = useText();
  const search = useSearch({ from: '/connections' });
  const navigate = useNavigate({ from: '/connections' });
  const { canManage } = useSession();
  const [closing, setClosing] = useState<CloseTarget | null>(null);
  const { selection, clear } = useSelection();
  const { view = 'live' } = search;
  const change = (changes: ConnectionsSearch): void =>
    void navigate({ search: { ...search, ...changes }, replace: true });
  const endClosing = (): void => {
    setClosing(null);
    clear();
  };
  return (
    <Page
      title={t('connections.title')}
      intro={t('connections.intro')}
      isFull
      actions={
        <>
          {canManage && view !== 'closed' && (
            <CloseButton search={search} selection={selection} onClose={setClosing} />
          )}
          <ViewChoice
            view={view}
            onChange={(chosen) => change({ view: chosen === 'live' ? undefined : chosen })}
          />
        </>
      }
    >
      <Filters search={search} onChange={change} />
      <div className={styles['list']}>
        <Panel isFlush>
          {view === 'groups' ? (
            <ConnectionGroups search={search} onChange={change} />
          ) : (
            <ConnectionList
              search={search}
              onSort={(sort) => change({ sort })}
              selection={canManage ? selection : null}
            />
          )}
        </Panel>
      </div>
      {closing !== null && <CloseDialog target={closing} onClose={endClosing} />}
    </Page>
  );
}

type View = NonNullable<ConnectionsSearch['view']> | 'live';

function ViewChoice({ view, onChange }: { view: View; onChange: (view: View) => void }): ReactNode {
  const t = useText();
  return (
    <Choice
      label={t('connections.view')}
      options={[
        { value: 'live', text: t('connections.live') },
        { value: 'groups', text: t('connections.grouped') },
        { value: 'closed', text: t('connections.closed') },
      ]}
      value={view}
      onChange={onChange}
    />
  );
}

interface CloseButtonProps {
  search: ConnectionsSearch;
  selection: Selection;
  onClose: (target: CloseTarget) => void;
}

/** Closes the selected connections, or else all that match the filters. */
function CloseButton({ search, selection: { ids }, onClose }: CloseButtonProps): ReactNode {
  const t = useText();
  const { count } = useFormats();
  const filters = filtersIn(search);
  const isFiltered = Object.keys(filters).length > 0;
  if (ids.size > 0 && search.view !== 'groups') {
    return (
      <Button look="danger" onPress={() => onClose({ connections: [...ids] })}>
        {t('connections.closeSelected', { count: count(ids.size) })}
      </Button>
    );
  }
  return (
    <Button look="danger" onPress={() => onClose({ filters })}>
      {t(isFiltered ? 'connections.closeMatching' : 'connections.closeAll')}
    </Button>
  );
}

function useSelection(): { selection: Selection; clear: () => void } {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((id: string): void => {
    setIds((selected) => {
      const others = [...selected].filter((other) => other !== id);
      return new Set(selected.has(id) ? others : [...others, id]);
    });
  }, []);
  const clear = useCallback(() => setIds(new Set()), []);
  return { selection: useMemo(() => ({ ids, toggle }), [ids, toggle]), clear };
}
