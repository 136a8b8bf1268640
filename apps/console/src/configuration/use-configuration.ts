import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { answered, api, type Schemas } from '../api/client.js';
import { queryKeys } from '../api/query-keys.js';

export type Difference = Schemas['ConfigurationDifference'];
export type SparseDifference = Schemas['ConfigurationDifferenceSparse'];
type NginxRoute = Schemas['NginxImportAnswer']['routes'][number];

/** The parts of the answer that the page shows. */
export interface NginxAnswer extends Pick<Schemas['NginxImportAnswer'], 'warnings' | 'hints' | 'difference'> {
  routes: (Omit<NginxRoute, 'route'> & { route: Pick<NginxRoute['route'], 'match' | 'upstreams'> })[];
}

export type Document = Schemas['ConfigurationReplace'];

/** The configuration as text, as `GET /v1/config` writes it. */
export function useConfiguration(query: ExportQuery): UseQueryResult<string> {
  return useQuery({
    queryKey: queryKeys.configuration(query),
    queryFn: () => answered(api.GET('/v1/config', { params: { query: queryOf(query) }, parseAs: 'text' })),
    retry: false,
  });
}

export interface ExportQuery {
  tenant?: string;
  isFull: boolean;
}

export function queryOf({ tenant, isFull }: ExportQuery): { tenant?: string; full?: 'true' } {
  return { ...(tenant && { tenant }), ...(isFull && { full: 'true' }) };
}

/** The changes of a document, and the state to which they apply. */
export interface Preview {
  document: Document;
  tenant: string | undefined;
  difference: Difference;
  entityTag: string | null;
}

export interface PreviewRequest {
  document: Document;
  tenant: string | undefined;
}

export function usePreview(): UseMutationResult<Preview, Error, PreviewRequest> {
  return useMutation({
    mutationFn: async ({ document, tenant }) => {
      const scope = tenant === undefined ? {} : { tenant };
      const query = { ...scope, dryRun: 'true', deleteTenants: 'true' } as const;
      const request = api.PUT('/v1/config', { params: { query }, body: document });
      const difference = await answered(request);
      return { document, tenant, difference, entityTag: (await request).response.headers.get('etag') };
    },
  });
}

/** Applies exactly the previewed changes: the API refuses it if the configuration has changed since. */
export function useApply(): UseMutationResult<Difference, Error, Preview> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ document, tenant, entityTag }) => {
      const scope = tenant === undefined ? {} : { tenant };
      const header = entityTag === null ? {} : { 'If-Match': entityTag };
      const query = { ...scope, deleteTenants: 'true' } as const;
      return answered(api.PUT('/v1/config', { params: { query, header }, body: document }));
    },
    onSuccess: () => client.invalidateQueries(),
  });
}

export interface NginxRequest {
  text: string;
  tenant: string | undefined;
  isApplied: boolean;
}

/** The file name in the answer's findings. */
export const nginxFile = 'nginx.conf';

export function useNginxImport(): UseMutationResult<NginxAnswer, Error, NginxRequest> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ text, tenant, isApplied }) => {
      const body = { files: { [nginxFile]: text }, tenant: tenant ?? null, skipMissingIncludes: true };
      const query = isApplied ? ({ apply: 'true' } as const) : {};
      return answered(api.POST('/v1/import/nginx', { params: { query }, body }));
    },
    onSuccess: (_answer, { isApplied }) => {
      if (isApplied) void client.invalidateQueries();
    },
  });
}
