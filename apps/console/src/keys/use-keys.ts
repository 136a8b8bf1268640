import {
  useMutation,
  useQueryClient,
  type UseInfiniteQueryResult,
  type UseMutationResult,
} from '@tanstack/react-query';
import { answered, api, formApi, type Schemas } from '../api/client.js';
import { queryKeys } from '../api/query-keys.js';
import type { FormObject } from '../form/form-value.js';
import type { Listed } from '../parts/list-view.js';
import { searchOf } from '../parts/search-text.js';
import { useList } from '../parts/use-list.js';
import type { KeysSearch } from './keys-search.js';

export type ApiKey = Schemas['ApiKey'];
export type IssuedApiKey = Schemas['IssuedApiKey'];

/** A key as the list has it, with the tag of the version that is shown. */
export type ListedKey = ApiKey & { etag: string };

export function useKeys(search: KeysSearch): UseInfiniteQueryResult<Listed<ListedKey>> {
  const { q, label, state, tenant, route, scope, sort = '-createdAt' } = search;
  const filters = {
    ...searchOf(q),
    ...(label !== undefined && { label: [label] }),
    ...(state === 'all' ? {} : { revoked: state === 'revoked' ? ('true' as const) : ('false' as const) }),
    ...(tenant !== undefined && { tenant }),
    ...(route !== undefined && { route }),
    ...(scope !== undefined && { scope }),
    sort,
  };
  return useList(queryKeys.keyList(filters), async (page) => {
    const params = { query: { ...filters, ...page } };
    const { items, etags, ...others } = await answered(api.GET('/v1/api-keys', { params }));
    return { ...others, items: items.map((key, index) => ({ ...key, etag: etags[index] ?? '' })) };
  });
}

/** Gateways have seen a change when its answer comes, or after these seconds. */
const prefer = 'wait=5';

export function useCreateKey(): UseMutationResult<
  IssuedApiKey,
  Error,
  { tenant: string; value: FormObject }
> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ tenant, value }) => {
      const params = { path: { tenant }, header: { Prefer: prefer } };
      return answered(formApi.POST('/v1/tenants/{tenant}/api-keys', { params, body: value }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['apiKeys'] }),
  });
}

export function useChangeKey(): UseMutationResult<ApiKey, Error, { key: ListedKey; value: FormObject }> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key: { tenantId, id, etag }, value }) => {
      const header = { 'If-Match': etag, Prefer: prefer };
      const params = { path: { tenant: tenantId, key: id }, header };
      return answered(formApi.PUT('/v1/tenants/{tenant}/api-keys/{key}', { params, body: value }));
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['apiKeys'] }),
  });
}

export function useRotateKey(): UseMutationResult<
  IssuedApiKey,
  Error,
  { key: ApiKey; graceSeconds: number }
> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key: { tenantId, id }, graceSeconds }) => {
      const params = { path: { tenant: tenantId, key: id }, header: { Prefer: prefer } };
      return answered(
        api.POST('/v1/tenants/{tenant}/api-keys/{key}/rotate', { params, body: { graceSeconds } }),
      );
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['apiKeys'] }),
  });
}

export function useRevokeKey(): UseMutationResult<undefined, Error, ApiKey> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ tenantId, id }) => {
      const params = { path: { tenant: tenantId, key: id }, header: { Prefer: prefer } };
      await answered(api.DELETE('/v1/tenants/{tenant}/api-keys/{key}', { params }));
      return undefined;
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['apiKeys'] }),
  });
}
