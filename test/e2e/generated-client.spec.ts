import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import openapiTypescript, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';

let sluice: SluiceInProcess;
let folder: string;
beforeEach(async () => {
  sluice = await startSluice();
  // Inside the repository, so that the program finds its packages.
  await mkdir('dist', { recursive: true });
  folder = await mkdtemp(resolve('dist', 'generated-client-'));
});
afterEach(async () => {
  await sluice.close();
  await rm(folder, { recursive: true, force: true });
});

// The program of a user of the generated API types.
const program = `
import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';

export async function run(baseUrl: string, token: string): Promise<unknown[]> {
  const client = createClient<paths>({ baseUrl, headers: { Authorization: \`Bearer \${token}\` } });
  const tenant = await client.POST('/v1/tenants', { body: { slug: 'generated' } });
  if (tenant.error) throw new Error(tenant.error.code);
  const path = { tenant: tenant.data.slug };
  const route = await client.POST('/v1/tenants/{tenant}/routes', {
    params: { path },
    body: { match: { path: '/generated' }, upstreams: [{ url: 'ws://127.0.0.1:9000' }], auth: { mode: 'none' } },
  });
  const change: components['schemas']['RoutePatch'] = { timeouts: { idleMs: 1000 } };
  const changed = await client.PATCH('/v1/tenants/{tenant}/routes/{route}', {
    params: { path: { ...path, route: route.data?.id ?? '' } },
    body: change,
  });
  const page = await client.GET('/v1/tenants/{tenant}/routes', { params: { path, query: { limit: 10 } } });
  const missing = await client.GET('/v1/tenants/{tenant}', { params: { path: { tenant: 'nobody' } } });
  const code: components['schemas']['Problem']['code'] | undefined = missing.error?.code;
  // @ts-expect-error A mode that the document does not define.
  const wrong: components['schemas']['RouteAuthInput']['mode'] = 'password';
  return [tenant.data.status, changed.data?.timeouts.idleMs, page.data?.items.length, code, wrong];
}
`;

test('a client generated from the OpenAPI document compiles in strict mode, and runs', async () => {
  const response = await fetch(`${sluice.apiUrl}/openapi.json`);
  // Equivalent to --default-non-nullable=false: fields with a default are optional.
  const types = await openapiTypescript(await response.text(), { defaultNonNullable: false });
  const file = join(folder, 'program.ts');
  await writeFile(join(folder, 'api.ts'), astToString(types));
  await writeFile(file, program);
  expect(compile(file)).toEqual([]);
  const { run } = (await import(pathToFileURL(join(folder, 'program.js')).href)) as {
    run: (baseUrl: string, token: string) => Promise<unknown[]>;
  };
  expect(await run(sluice.apiUrl, sluice.adminToken)).toEqual(['active', 1000, 1, 'not_found', 'password']);
});

function compile(file: string): string[] {
  const compiled = ts.createProgram([file], {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
    skipLibCheck: true,
  });
  const { diagnostics } = compiled.emit();
  return [...ts.getPreEmitDiagnostics(compiled), ...diagnostics].map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
}
