import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import { useText, type Text } from '../messages/language.js';
import { Badge } from '../parts/badge.js';
import { Button } from '../parts/button.js';
import type { Column } from '../parts/data-table.js';
import { FilterField } from '../parts/filter-field.js';
import { Filters } from '../parts/filters.js';
import { Icon } from '../parts/icon.js';
import { ListView } from '../parts/list-view.js';
import { ResourceName } from '../parts/resource-name.js';
import { Select } from '../parts/select.js';
import { useFormats } from '../parts/use-formats.js';
import { useSession } from '../session/use-session.js';
import { Page } from '../shell/page.js';
import { TenantPicker } from '../tenants/tenant-picker.js';
import { MatchTester } from './match-tester.js';
import { enabledStates, pathTypes, readRoutesSearch, type RoutesSearch } from './routes-search.js';
import { useRouteList, type Route } from './use-routes.js';

/** The routes of all tenants, or of the key's own tenant, and a test of which one a URL matches. */
export function RoutesPage(): ReactNode {
  const t = useText();
  const { canManage } = useSession();
  const search = useSearch({ from: '/routes' });
  const navigate = useNavigate();
  const list = useRouteList(search);
  const columns = useRouteColumns();
  const filter = (change: RoutesSearch): void => {
    void navigate({ from: '/routes', search: (held) => ({ ...held, ...change }), replace: true });
  };
  const { sort, match, q, ...filters } = search;
  const isFiltered = [q, ...Object.values(filters)].some((value) => value !== undefined);
  const create = (
    <Button
      look="primary"
      onPress={() => void navigate({ to: '/routes/new', search: { tenant: search.tenant } })}
    >
      <Icon name="plus" />
      {t('routes.create')}
    </Button>
  );
  return (
    <Page title={t('routes.title')} intro={t('routes.intro')} isFull actions={canManage && create}>
      <MatchTester url={match} onChange={(url) => filter({ match: url })} />
      <RouteFilters search={search} onChange={filter} />
      <ListView
        label={t('routes.title')}
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        sort={sort ?? 'name'}
        onSort={(chosen) => filter(readRoutesSearch({ sort: chosen }))}
        empty={t('routes.empty')}
        noMatch={isFiltered ? t('routes.noMatch') : null}
      />
    </Page>
  );
}

interface FilterProps {
  search: RoutesSearch;
  onChange: (change: RoutesSearch) => void;
}

function RouteFilters({ search, onChange }: FilterProps): ReactNode {
  const t = useText();
  const { tenant } = useSession();
  const types = [
    { value: 'any', text: t('routes.anyPathType') },
    ...pathTypes.map((value) => ({ value, text: value })),
  ] as const;
  const states = [
    { value: 'any', text: t('routes.anyState') },
    { value: 'true', text: t('routes.enabled') },
    { value: 'false', text: t('routes.disabled') },
  ] as const;
  return (
    <Filters>
      <FilterField label={t('routes.search')} value={search.q} onChange={(q) => onChange({ q })} />
      {tenant === null && (
        <TenantPicker isLabelHidden value={search.tenant} onChange={(slug) => onChange({ tenant: slug })} />
      )}
      <FilterField
        label={t('routes.upstream')}
        value={search.upstream}
        onChange={(upstream) => onChange({ upstream })}
      />
      <FilterField label={t('list.label')} value={search.label} onChange={(label) => onChange({ label })} />
      <Select
        label={t('route.match.pathType')}
        isLabelHidden
        options={types}
        value={search.pathType ?? 'any'}
        onChange={(chosen) => onChange({ pathType: pathTypes.find((type) => type === chosen) })}
      />
      <Select
        label={t('routes.state')}
        isLabelHidden
        options={states}
        value={search.enabled ?? 'any'}
        onChange={(chosen) => onChange({ enabled: enabledStates.find((state) => state === chosen) })}
      />
    </Filters>
  );
}

function useRouteColumns(): readonly Column<Route>[] {
  const [t, { dateTime }, { kind }] = [useText(), useFormats(), useSession()];
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('route.name'),
        width: 'minmax(120px, 1fr)',
        sort: 'name',
        cell: ({ id, tenantId, name }) => (
          <Link to="/routes/$tenant/$route" params={{ tenant: tenantId, route: id }}>
            <bdi title={name}>{name || id}</bdi>
          </Link>
        ),
      },
      ...(kind === 'apiKey' ? [] : [tenantColumn(t)]),
      ...placeColumns(t),
      {
        id: 'updatedAt',
        header: t('field.updatedAt'),
        width: '160px',
        sort: 'updatedAt',
        cell: ({ updatedAt }) => <time dateTime={updatedAt}>{dateTime(Date.parse(updatedAt))}</time>,
      },
    ],
    [t, dateTime, kind],
  );
}

function tenantColumn(t: Text): Column<Route> {
  return {
    id: 'tenant',
    header: t('tenants.one'),
    width: 'minmax(90px, 150px)',
    cell: ({ tenantId }) => <ResourceName kind="tenant" tenantId={tenantId} id={tenantId} />,
  };
}

function placeColumns(t: Text): Column<Route>[] {
  return [
    {
      id: 'host',
      header: t('route.match.host'),
      width: 'minmax(120px, 1fr)',
      sort: 'host',
      cell: ({ match: { host } }) => <code>{host}</code>,
    },
    {
      id: 'path',
      header: t('route.match.path'),
      width: 'minmax(140px, 1.4fr)',
      cell: ({ match: { path } }) => <code title={path}>{path}</code>,
    },
    {
      id: 'upstreams',
      header: t('route.upstreams'),
      width: 'minmax(170px, 1.4fr)',
      cell: ({ upstreams }) => {
        const [first, ...others] = upstreams.map(({ url }) => url);
        return (
          <bdi title={upstreams.map(({ url }) => url).join('\n')}>
            {first}
            {others.length > 0 && ` +${others.length}`}
          </bdi>
        );
      },
    },
    { id: 'auth', header: t('route.auth.mode'), width: '72px', cell: ({ auth }) => auth.mode },
    {
      id: 'state',
      header: t('routes.state'),
      width: '116px',
      cell: ({ enabled, maintenance }) =>
        !enabled ? (
          <Badge tone="quiet">{t('routes.disabled')}</Badge>
        ) : maintenance !== null ? (
          <Badge tone="warning">{t('routes.inMaintenance')}</Badge>
        ) : (
          <Badge tone="good">{t('routes.enabled')}</Badge>
        ),
    },
  ];
}
