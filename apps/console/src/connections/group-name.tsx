import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answered, api } from '../api/client.js';
import { queryKeys } from '../api/query-keys.js';
import { useText } from '../messages/language.js';
import { ResourceName } from '../parts/resource-name.js';
import { useSession } from '../session/use-session.js';
import type { GroupKind } from './connections-search.js';

export interface GroupProps {
  by: GroupKind;
  /** Id, URL or address; null: connections without a key. */
  group: string | null;
}

/** The common property of a group's connections, by name if it has one. */
export function GroupName({ by, group }: GroupProps): ReactNode {
  const t = useText();
  if (group === null) return t('connections.group.noKey');
  switch (by) {
    case 'tenant':
      return <ResourceName kind="tenant" tenantId={group} id={group} />;
    case 'route':
    case 'key':
      return <OwnedName by={by} id={group} />;
    case 'upstream':
    case 'clientIp':
      return <bdi title={group}>{group}</bdi>;
  }
}

/** A route or a key, which is read through its tenant: that of the session, or of one of the connections. */
function OwnedName({ by, id }: { by: 'route' | 'key'; id: string }): ReactNode {
  const own = useSession().tenant?.id;
  const { data: found } = useQuery({
    queryKey: queryKeys.name(`tenant of ${by}`, id),
    enabled: own === undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: async () => {
      const query = { [by]: id, limit: 1 };
      const { items } = await answered(api.GET('/v1/connections', { params: { query } }));
      return items[0]?.tenantId ?? null;
    },
  });
  const tenantId = own ?? found ?? null;
  if (tenantId === null) return <bdi>{id}</bdi>;
  return <ResourceName kind={by === 'key' ? 'apiKey' : 'route'} tenantId={tenantId} id={id} />;
}
