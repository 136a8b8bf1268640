import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Loaded } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { TextField } from '../parts/text-field.js';
import { useSession } from '../session/use-session.js';
import { Page } from '../shell/page.js';
import { RebalanceDialog } from './rebalance-dialog.js';
import { RouteRows } from './route-rows.js';
import { UpstreamDialog, type ChosenUpstream } from './upstream-dialog.js';
import type { UpstreamsSearch } from './upstreams-search.js';
import { useRoutePages, type Route } from './use-upstreams.js';
import styles from './upstreams-page.module.css';

/** The upstreams of all routes, with their health and load. */
export function UpstreamsPage(): ReactNode {
  const t = useText();
  const routes = useRoutePages(useSearch({ from: '/upstreams' }));
  const [rebalanced, setRebalanced] = useState<Route | null>(null);
  const [edited, setEdited] = useState<ChosenUpstream | null>(null);
  return (
    <Page title={t('upstreams.title')} intro={t('upstreams.intro')}>
      <Panel>
        <Filters />
      </Panel>
      <Panel isFlush>
        <Loaded query={routes} isEmpty={(list) => list.length === 0} empty={t('upstreams.empty')}>
          {(list) => <Table routes={list} onRebalance={setRebalanced} onEdit={setEdited} />}
        </Loaded>
        {routes.hasNextPage && (
          <div className={styles['more']}>
            <Button isPending={routes.isFetchingNextPage} onPress={() => void routes.fetchNextPage()}>
              {t('upstreams.more')}
            </Button>
          </div>
        )}
      </Panel>
      {rebalanced !== null && <RebalanceDialog route={rebalanced} onClose={() => setRebalanced(null)} />}
      {edited !== null && <UpstreamDialog chosen={edited} onClose={() => setEdited(null)} />}
    </Page>
  );
}

function Filters(): ReactNode {
  const t = useText();
  const { kind } = useSession();
  const navigate = useNavigate({ from: '/upstreams' });
  const [filters, setFilters] = useState<UpstreamsSearch>(useSearch({ from: '/upstreams' }));
  const change = (changed: UpstreamsSearch): void => {
    const next = { ...filters, ...changed };
    setFilters(next);
    void navigate({ search: next, replace: true });
  };
  return (
    <div className={styles['filters']}>
      <TextField
        label={t('upstreams.route')}
        placeholder={t('upstreams.route.placeholder')}
        value={filters.q ?? ''}
        onChange={(q) => change({ q })}
      />
      <TextField
        label={t('upstreams.upstream')}
        placeholder="ws://10.0.0.5:9000"
        value={filters.upstream ?? ''}
        onChange={(upstream) => change({ upstream })}
      />
      {kind !== 'apiKey' && (
        <TextField
          label={t('upstreams.tenant')}
          placeholder="acme"
          value={filters.tenant ?? ''}
          onChange={(tenant) => change({ tenant })}
        />
      )}
    </div>
  );
}

interface TableProps {
  routes: readonly Route[];
  onRebalance: (route: Route) => void;
  onEdit: (chosen: ChosenUpstream) => void;
}

function Table({ routes, onRebalance, onEdit }: TableProps): ReactNode {
  const t = useText();
  const { canManage } = useSession();
  return (
    <div className={styles['scroller']} tabIndex={0} role="group" aria-label={t('upstreams.title')}>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">{t('upstreams.upstream')}</th>
            <th scope="col">{t('upstreams.state')}</th>
            <th scope="col">{t('upstreams.health')}</th>
            <th scope="col">{t('upstreams.since')}</th>
            <th scope="col">{t('upstreams.probe')}</th>
            <th scope="col" data-number>
              {t('upstreams.weight')}
            </th>
            <th scope="col" data-number>
              {t('upstreams.connections')}
            </th>
            <th scope="col" data-number>
              {t('upstreams.pending')}
            </th>
            {canManage && (
              <th scope="col">
                <span className="visually-hidden">{t('gateways.actions')}</span>
              </th>
            )}
          </tr>
        </thead>
        {routes.map((route) => (
          <RouteRows key={route.id} route={route} onRebalance={onRebalance} onEdit={onEdit} />
        ))}
      </table>
    </div>
  );
}
