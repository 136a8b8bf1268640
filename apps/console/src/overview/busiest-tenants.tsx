import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText, type MessageKey } from '../messages/language.js';
import { Panel } from '../parts/panel.js';
import { ResourceName } from '../parts/resource-name.js';
import { Select } from '../parts/select.js';
import { useFormats } from '../parts/use-formats.js';
import { BarList } from './bar-list.js';
import { tenantOrders, type OverviewSearch } from './overview-search.js';
import type { Overview } from './use-overview.js';

interface Props {
  overview: Overview;
  sort: OverviewSearch['sort'];
  onSort: (sort: OverviewSearch['sort']) => void;
}

const orderTexts: Readonly<Record<(typeof tenantOrders)[number], MessageKey>> = {
  messages: 'overview.messages',
  bytes: 'overview.bytes',
  connections: 'overview.connections',
  handshakes: 'overview.handshakes',
  refusals: 'overview.refusedOnly',
};

/** The tenants that had the most in the window. */
export function BusiestTenants({ overview: { tenants }, sort = 'messages', onSort }: Props): ReactNode {
  const t = useText();
  const formats = useFormats();
  return (
    <Panel
      title={t('overview.busiest')}
      actions={
        <Select
          label={t('overview.busiestBy')}
          isLabelHidden
          options={tenantOrders.map((value) => ({ value, text: t(orderTexts[value]) }))}
          value={sort}
          onChange={onSort}
        />
      }
      isFlush
    >
      <BarList
        label={t('overview.busiest')}
        head={t('overview.tenant')}
        unit={t(orderTexts[sort])}
        rows={tenants.map((tenant) => ({
          id: tenant.tenantId,
          name: (
            <Link to="/connections" search={{ tenant: tenant.tenantId }}>
              <ResourceName kind="tenant" tenantId={tenant.tenantId} id={tenant.tenantId} />
            </Link>
          ),
          count: tenant[sort],
          ...(sort === 'bytes' && { text: formats.bytes(tenant.bytes) }),
        }))}
        empty={t('overview.noTenants')}
      />
    </Panel>
  );
}
