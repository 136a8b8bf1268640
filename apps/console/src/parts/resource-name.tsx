import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answered, api } from '../api/client.js';
import { queryKeys } from '../api/query-keys.js';

interface Props {
  kind: 'tenant' | 'route' | 'apiKey';
  tenantId: string;
  /** Null: shows a dash. */
  id: string | null;
}

const staleAfterMs = 60_000;

/** The name of a resource, or its id until the name is known, or if it has none. */
export function ResourceName({ kind, tenantId, id }: Props): ReactNode {
  const { data } = useQuery({
    queryKey: queryKeys.name(kind, id ?? ''),
    enabled: id !== null,
    staleTime: staleAfterMs,
    queryFn: () => nameOf(kind, tenantId, id ?? ''),
    retry: false,
  });
  if (id === null) return '—';
  return <bdi title={id}>{data === undefined || data === '' ? id : data}</bdi>;
}

async function nameOf(kind: Props['kind'], tenant: string, id: string): Promise<string> {
  switch (kind) {
    case 'tenant':
      return (await answered(api.GET('/v1/tenants/{tenant}', { params: { path: { tenant } } }))).slug;
    case 'route': {
      const params = { path: { tenant, route: id } };
      return (await answered(api.GET('/v1/tenants/{tenant}/routes/{route}', { params }))).name;
    }
    case 'apiKey': {
      const params = { path: { tenant, key: id } };
      return (await answered(api.GET('/v1/tenants/{tenant}/api-keys/{key}', { params }))).name;
    }
  }
}
