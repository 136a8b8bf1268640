import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { answered, api, formApi, type Schemas } from '../api/client.js';
import { queryKeys } from '../api/query-keys.js';
import type { FormObject } from '../form/form-value.js';
import type { Listed } from '../parts/list-view.js';
import { searchOf } from '../parts/search-text.js';
import { useList } from '../parts/use-list.js';
import type { TenantsSearch } from './tenants-search.js';

export type Tenant = Schemas['Tenant'];

/** A tenant as the list has it, with the tag of the version that is shown. */
export type ListedTenant = Tenant & { etag: string };

const refreshEveryMs = 5000;
const Prefer = 'wait=5';

export function useTenants(search: TenantsSearch): UseInfiniteQueryResult<Listed<ListedTenant>> {
  const { q, label, status, sort = 'slug' } = search;
  const filters = {
    ...searchOf(q),
    ...(label !== undefined && { label: [label] }),
    ...(status !== undefined && { status }),
    sort,
  };
  return useList(queryKeys.tenantList(filters), async (page) => {
    const params = { query: { ...filters, ...page } };
    const { items, etags, ...others } = await answered(api.GET('/v1/tenants', { params }));
    return { ...others, items: items.map((tenant, index) => ({ ...tenant, etag: etags[index] ?? '' })) };
  });
}

/** The current usage of a tenant. */
export function useTenantUsage(tenant: string): UseQueryResult<Schemas['TenantUsage']> {
  return useQuery({
    queryKey: queryKeys.tenantUsage(tenant),
    queryFn: () => answered(api.GET('/v1/tenants/{tenant}/usage', { params: { path: { tenant } } })),
    refetchInterval: refreshEveryMs,
  });
}

/** Creates a tenant, or replaces the version that was edited, and no later one. */
export function useSaveTenant(): UseMutationResult<
  Tenant,
  Error,
  { edited: ListedTenant | null; value: FormObject }
> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ edited, value }) => {
      if (edited === null) {
        return answered(formApi.POST('/v1/tenants', { params: { header: { Prefer } }, body: value }));
      }
      const params = { path: { tenant: edited.id }, header: { 'If-Match': edited.etag, Prefer } };
      return answered(formApi.PUT('/v1/tenants/{tenant}', { params, body: value }));
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['tenants'] }),
  });
}

export function useSetStatus(): UseMutationResult<
  Tenant,
  Error,
  { tenant: Tenant; status: Tenant['status'] }
> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ tenant: { id }, status }) => {
      const params = { path: { tenant: id }, header: { Prefer } };
      return answered(api.PATCH('/v1/tenants/{tenant}', { params, body: { status } }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['tenants'] }),
  });
}
