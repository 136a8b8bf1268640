import { Link } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import { useText, type Text } from '../messages/language.js';
import { Badge } from '../parts/badge.js';
import { Button } from '../parts/button.js';
import type { Column } from '../parts/data-table.js';
import { Icon } from '../parts/icon.js';
import { Meter } from '../parts/meter.js';
import { useFormats } from '../parts/use-formats.js';
import { useSession } from '../session/use-session.js';
import { useTenantUsage, type ListedTenant, type Tenant } from './use-tenants.js';

export type TenantAction = 'edit' | 'status';
type Act = (action: TenantAction, tenant: ListedTenant) => void;

export function useTenantColumns(act: Act): readonly Column<ListedTenant>[] {
  const [t, { dateTime }, { canManage, isPlatform }] = [useText(), useFormats(), useSession()];
  return useMemo(
    () => [
      {
        id: 'slug',
        header: t('tenants.slug'),
        width: 'minmax(120px, 1fr)',
        sort: 'slug',
        cell: ({ slug }) => (
          <Link to="/routes" search={{ tenant: slug }}>
            {slug}
          </Link>
        ),
      },
      {
        id: 'name',
        header: t('tenants.name'),
        width: 'minmax(120px, 1fr)',
        sort: 'name',
        cell: ({ name }) => <bdi title={name}>{name}</bdi>,
      },
      {
        id: 'status',
        header: t('tenants.status'),
        width: '110px',
        cell: ({ status }) => (
          <Badge tone={status === 'active' ? 'good' : 'danger'}>
            {t(status === 'active' ? 'tenants.active' : 'tenants.suspended')}
          </Badge>
        ),
      },
      {
        id: 'connections',
        header: t('tenants.connections'),
        width: 'minmax(200px, 1.4fr)',
        cell: (tenant) => <LiveConnections tenant={tenant} />,
      },
      {
        id: 'updatedAt',
        header: t('field.updatedAt'),
        width: '160px',
        sort: 'updatedAt',
        cell: ({ updatedAt }) => <time dateTime={updatedAt}>{dateTime(Date.parse(updatedAt))}</time>,
      },
      ...(canManage && isPlatform ? [actionColumn(t, act)] : []),
    ],
    [t, dateTime, canManage, isPlatform, act],
  );
}

function LiveConnections({ tenant }: { tenant: Tenant }): ReactNode {
  const t = useText();
  const { data } = useTenantUsage(tenant.id);
  return (
    <Meter
      label={t('tenants.connectionsOf', { tenant: tenant.slug })}
      used={data?.total.connections ?? null}
      limit={tenant.limits.maxConnections}
    />
  );
}

function actionColumn(t: Text, act: Act): Column<ListedTenant> {
  return {
    id: 'actions',
    header: t('list.actions'),
    width: '150px',
    cell: (tenant) => (
      <>
        <Button
          look="quiet"
          isIconOnly
          aria-label={`${t('tenants.edit')}: ${tenant.slug}`}
          onPress={() => act('edit', tenant)}
        >
          <Icon name="edit" />
        </Button>
        <Button look="quiet" onPress={() => act('status', tenant)}>
          {t(tenant.status === 'active' ? 'tenants.suspend' : 'tenants.resume')}
        </Button>
      </>
    ),
  };
}
