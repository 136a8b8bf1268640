import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Choice } from '../parts/choice.js';
import { Panel } from '../parts/panel.js';
import { useSession } from '../session/use-session.js';
import { Page } from '../shell/page.js';
import { CloseDialog } from './close-dialog.js';
import { ConnectionList } from './connection-list.js';
import { filtersIn, type ConnectionsSearch } from './connections-search.js';
import { Filters } from './filters.js';
import styles from './connections-page.module.css';

/** The sockets of the fleet: those that are live, and those that have ended. */
export function ConnectionsPage(): ReactNode {
  const t = useText();
  const search = useSearch({ from: '/connections' });
  const navigate = useNavigate({ from: '/connections' });
  const { canManage } = useSession();
  const [isClosing, setClosing] = useState(false);
  const change = (changes: ConnectionsSearch): void =>
    void navigate({ search: { ...search, ...changes }, replace: true });
  const filters = filtersIn(search);
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <Page
      title={t('connections.title')}
      intro={t('connections.intro')}
      isFull
      actions={
        <>
          {canManage && search.view !== 'closed' && (
            <Button look="danger" onPress={() => setClosing(true)}>
              {t(isFiltered ? 'connections.closeMatching' : 'connections.closeAll')}
            </Button>
          )}
          <Choice
            label={t('connections.view')}
            options={[
              { value: 'live', text: t('connections.live') },
              { value: 'closed', text: t('connections.closed') },
            ]}
            value={search.view ?? 'live'}
            onChange={(view) => change({ view: view === 'closed' ? view : undefined })}
          />
        </>
      }
    >
      <Filters search={search} onChange={change} />
      <div className={styles['list']}>
        <Panel isFlush>
          <ConnectionList search={search} onSort={(sort) => change({ sort })} />
        </Panel>
      </div>
      <CloseDialog isOpen={isClosing} target={{ filters }} onClose={() => setClosing(false)} />
    </Page>
  );
}
