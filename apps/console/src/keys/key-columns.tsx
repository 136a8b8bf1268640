import { useMemo, type ReactNode } from 'react';
import { useText, type MessageKey, type Text } from '../messages/language.js';
import { Badge, type Tone } from '../parts/badge.js';
import { Button } from '../parts/button.js';
import type { Column } from '../parts/data-table.js';
import type { Formats } from '../parts/format.js';
import { Icon } from '../parts/icon.js';
import { ResourceName } from '../parts/resource-name.js';
import { useFormats } from '../parts/use-formats.js';
import { useSession } from '../session/use-session.js';
import type { ListedKey } from './use-keys.js';

export type KeyAction = 'edit' | 'rotate' | 'revoke';

export function useKeyColumns(
  act: (action: KeyAction, key: ListedKey) => void,
): readonly Column<ListedKey>[] {
  const [t, formats, { kind, canManage }] = [useText(), useFormats(), useSession()];
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('keys.name'),
        width: 'minmax(104px, 1fr)',
        sort: 'name',
        cell: ({ name }) => <bdi title={name}>{name}</bdi>,
      },
      {
        id: 'prefix',
        header: t('keys.prefix'),
        width: '148px',
        cell: ({ prefix }) => <code>{prefix}…</code>,
      },
      ...(kind === 'apiKey' ? [] : [tenantColumn(t)]),
      {
        id: 'state',
        header: t('keys.state'),
        width: '92px',
        cell: (key) => {
          const { tone, text } = stateOf(key, Date.now());
          return <Badge tone={tone}>{t(text)}</Badge>;
        },
      },
      {
        id: 'scopes',
        header: t('keys.scopes'),
        width: '76px',
        cell: ({ scopes }) => <span title={scopes.join(', ')}>{scopes.join(', ')}</span>,
      },
      ...timeColumns(t, formats),
      // Before the columns that a narrow window hides.
      ...(canManage ? [actionColumn(t, act)] : []),
      {
        id: 'routes',
        header: t('keys.routeIds'),
        width: '96px',
        cell: ({ routeIds }) =>
          routeIds === null ? t('keys.allRoutes') : t('keys.someRoutes', { count: routeIds.length }),
      },
      createdColumn(t, formats),
    ],
    [t, formats, kind, canManage, act],
  );
}

function tenantColumn(t: Text): Column<ListedKey> {
  return {
    id: 'tenant',
    header: t('tenants.one'),
    width: 'minmax(80px, 150px)',
    cell: ({ tenantId }) => <ResourceName kind="tenant" tenantId={tenantId} id={tenantId} />,
  };
}

function timeColumns(t: Text, formats: Formats): Column<ListedKey>[] {
  const time = (at: string | null, otherwise: string): ReactNode =>
    at === null ? otherwise : <time dateTime={at}>{formats.dateTime(Date.parse(at))}</time>;
  const width = '150px';
  return [
    {
      id: 'lastUsedAt',
      header: t('keys.lastUsedAt'),
      width,
      sort: 'lastUsedAt',
      cell: ({ lastUsedAt }) => time(lastUsedAt, t('keys.never')),
    },
    {
      id: 'expiresAt',
      header: t('keys.expiresAt'),
      width,
      sort: 'expiresAt',
      cell: ({ expiresAt }) => time(expiresAt, t('keys.never')),
    },
  ];
}

function createdColumn(t: Text, formats: Formats): Column<ListedKey> {
  return {
    id: 'createdAt',
    header: t('field.createdAt'),
    width: '150px',
    sort: 'createdAt',
    cell: ({ createdAt }) => <time dateTime={createdAt}>{formats.dateTime(Date.parse(createdAt))}</time>,
  };
}

function actionColumn(t: Text, act: (action: KeyAction, key: ListedKey) => void): Column<ListedKey> {
  const button = (action: KeyAction, icon: 'edit' | 'rotate' | 'revoke', label: string, key: ListedKey) => (
    <Button look="quiet" isIconOnly aria-label={`${label}: ${key.name}`} onPress={() => act(action, key)}>
      <Icon name={icon} />
    </Button>
  );
  return {
    id: 'actions',
    header: t('list.actions'),
    width: '104px',
    cell: (key) =>
      key.revokedAt !== null ? null : (
        <>
          {button('edit', 'edit', t('keys.edit'), key)}
          {button('rotate', 'rotate', t('keys.rotate'), key)}
          {button('revoke', 'revoke', t('keys.revoke'), key)}
        </>
      ),
  };
}

function stateOf(
  { revokedAt, expiresAt, previous }: ListedKey,
  now: number,
): { tone: Tone; text: MessageKey } {
  if (revokedAt !== null) return { tone: 'danger', text: 'keys.state.revoked' };
  if (expiresAt !== null && Date.parse(expiresAt) <= now)
    return { tone: 'warning', text: 'keys.state.expired' };
  if (previous !== null && Date.parse(previous.expiresAt) > now) {
    return { tone: 'info', text: 'keys.state.rotating' };
  }
  return { tone: 'good', text: 'keys.state.active' };
}
