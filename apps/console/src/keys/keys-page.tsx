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
import { TenantPicker } from '../tenants/tenant-picker.js';
import { IssuedKeyDialog } from './issued-key-dialog.js';
import { useKeyColumns, type KeyAction } from './key-columns.js';
import { RevokeKeyDialog, RotateKeyDialog } from './key-dialogs.js';
import { KeyFormDialog } from './key-form-dialog.js';
import { keyScopes, keyStates, readKeysSearch, type KeysSearch } from './keys-search.js';
import { useKeys, type IssuedApiKey, type ListedKey } from './use-keys.js';

type Opened = { action: 'create' } | { action: KeyAction; key: ListedKey } | { issued: IssuedApiKey } | null;

/** The API keys of all tenants, or of the key's own tenant. */
export function KeysPage(): ReactNode {
  const t = useText();
  const { canManage } = useSession();
  const search = useSearch({ from: '/keys' });
  const navigate = useNavigate({ from: '/keys' });
  const list = useKeys(search);
  const [opened, setOpened] = useState<Opened>(null);
  const act = useCallback((action: KeyAction, key: ListedKey) => setOpened({ action, key }), []);
  const columns = useKeyColumns(act);
  const filter = (change: KeysSearch): void => {
    void navigate({ search: (held) => ({ ...held, ...change }), replace: true });
  };
  const create = (
    <Button look="primary" onPress={() => setOpened({ action: 'create' })}>
      <Icon name="plus" />
      {t('keys.create')}
    </Button>
  );
  const { q, tenant, label, route, scope, state, sort } = search;
  const isFiltered = [q, tenant, label, route, scope, state].some((filtered) => filtered !== undefined);
  return (
    <Page title={t('keys.title')} intro={t('keys.intro')} isFull actions={canManage && create}>
      <KeyFilters search={search} onChange={filter} />
      <ListView
        label={t('keys.title')}
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        sort={sort ?? '-createdAt'}
        onSort={(chosen) => filter(readKeysSearch({ sort: chosen }))}
        empty={t('keys.empty')}
        noMatch={isFiltered ? t('keys.noMatch') : null}
      />
      <OpenedDialog opened={opened} tenant={tenant} onOpen={setOpened} />
    </Page>
  );
}

interface FilterProps {
  search: KeysSearch;
  onChange: (change: KeysSearch) => void;
}

function KeyFilters({ search, onChange }: FilterProps): ReactNode {
  const t = useText();
  const { tenant } = useSession();
  const scopes = [
    { value: 'any', text: t('keys.anyScope') },
    ...keyScopes.map((value) => ({ value, text: value })),
  ] as const;
  const states = [
    { value: 'usable', text: t('keys.state.notRevoked') },
    { value: 'revoked', text: t('keys.state.revoked') },
    { value: 'all', text: t('keys.state.all') },
  ] as const;
  return (
    <Filters>
      <FilterField label={t('keys.search')} value={search.q} onChange={(q) => onChange({ q })} />
      {tenant === null && (
        <TenantPicker isLabelHidden value={search.tenant} onChange={(slug) => onChange({ tenant: slug })} />
      )}
      <Select
        label={t('keys.scopes')}
        isLabelHidden
        options={scopes}
        value={search.scope ?? 'any'}
        onChange={(chosen) => onChange({ scope: keyScopes.find((scope) => scope === chosen) })}
      />
      <Select
        label={t('keys.state')}
        isLabelHidden
        options={states}
        value={search.state ?? 'usable'}
        onChange={(chosen) => onChange({ state: keyStates.find((state) => state === chosen) })}
      />
      <FilterField label={t('list.label')} value={search.label} onChange={(label) => onChange({ label })} />
    </Filters>
  );
}

interface DialogProps {
  opened: Opened;
  tenant: string | undefined;
  onOpen: (opened: Opened) => void;
}

function OpenedDialog({ opened, tenant, onOpen }: DialogProps): ReactNode {
  const close = (): void => onOpen(null);
  const show = (issued: IssuedApiKey): void => onOpen({ issued });
  if (opened === null) return null;
  if ('issued' in opened) return <IssuedKeyDialog issued={opened.issued} onClose={close} />;
  switch (opened.action) {
    case 'create':
      return <KeyFormDialog edited={null} tenant={tenant} onIssued={show} onClose={close} />;
    case 'edit':
      return <KeyFormDialog edited={opened.key} tenant={tenant} onIssued={show} onClose={close} />;
    case 'rotate':
      return <RotateKeyDialog listed={opened.key} onClose={close} onIssued={show} />;
    case 'revoke':
      return <RevokeKeyDialog listed={opened.key} onClose={close} />;
  }
}
