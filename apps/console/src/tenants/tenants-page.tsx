import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState, type ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { FilterField } from '../parts/filter-field.js';
import { Filters } from '../parts/filters.js';
import { Icon } from '../parts/icon.js';
import { ListView } from '../parts/list-view.js';
import { Select } from '../parts/select.js';
import { useSession } from '../session/use-session.js';
import { Page } from '../shell/page.js';
import { useTenantColumns, type TenantAction } from './tenant-columns.js';
import { StatusDialog, TenantFormDialog } from './tenant-dialogs.js';
import { readTenantsSearch, tenantStates, type TenantsSearch } from './tenants-search.js';
import { useTenants, type ListedTenant } from './use-tenants.js';

type Opened = { action: 'create' } | { action: TenantAction; tenant: ListedTenant } | null;

/** The tenants, for operators. */
export function TenantsPage(): ReactNode {
  const t = useText();
  const { canManage, isPlatform } = useSession();
  const search = useSearch({ from: '/tenants' });
  const navigate = useNavigate({ from: '/tenants' });
  const list = useTenants(search);
  const [opened, setOpened] = useState<Opened>(null);
  const act = useCallback((action: TenantAction, tenant: ListedTenant) => setOpened({ action, tenant }), []);
  const columns = useTenantColumns(act);
  const filter = (change: TenantsSearch): void => {
    void navigate({ search: (held) => ({ ...held, ...change }), replace: true });
  };
  const { q, label, status, sort } = search;
  const isFiltered = [q, label, status].some((filtered) => filtered !== undefined);
  const close = (): void => setOpened(null);
  const create = (
    <Button look="primary" onPress={() => setOpened({ action: 'create' })}>
      <Icon name="plus" />
      {t('tenants.create')}
    </Button>
  );
  return (
    <Page
      title={t('tenants.title')}
      intro={t('tenants.intro')}
      isFull
      actions={canManage && isPlatform && create}
    >
      <TenantFilters search={search} onChange={filter} />
      <ListView
        label={t('tenants.title')}
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        sort={sort ?? 'slug'}
        onSort={(chosen) => filter(readTenantsSearch({ sort: chosen }))}
        empty={t('tenants.empty')}
        noMatch={isFiltered ? t('tenants.noMatch') : null}
      />
      {opened?.action === 'create' && <TenantFormDialog edited={null} onClose={close} />}
      {opened?.action === 'edit' && <TenantFormDialog edited={opened.tenant} onClose={close} />}
      {opened?.action === 'status' && <StatusDialog tenant={opened.tenant} onClose={close} />}
    </Page>
  );
}

interface FilterProps {
  search: TenantsSearch;
  onChange: (change: TenantsSearch) => void;
}

function TenantFilters({ search, onChange }: FilterProps): ReactNode {
  const t = useText();
  const states = [
    { value: 'any', text: t('tenants.anyStatus') },
    { value: 'active', text: t('tenants.active') },
    { value: 'suspended', text: t('tenants.suspended') },
  ] as const;
  return (
    <Filters>
      <FilterField label={t('tenants.search')} value={search.q} onChange={(q) => onChange({ q })} />
      <Select
        label={t('tenants.status')}
        isLabelHidden
        options={states}
        value={search.status ?? 'any'}
        onChange={(chosen) => onChange({ status: tenantStates.find((state) => state === chosen) })}
      />
      <FilterField label={t('list.label')} value={search.label} onChange={(label) => onChange({ label })} />
    </Filters>
  );
}
