import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answered, api } from '../api/client.js';
import { queryKeys } from '../api/query-keys.js';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Choice } from '../parts/choice.js';
import { CopyField } from '../parts/copy-field.js';
import { FormDialog } from '../parts/form-dialog.js';
import { Note } from '../parts/note.js';
import { snippetOf } from '../snippets/snippets.js';
import { urlOfRoute } from '../test/route-url.js';
import { useGatewayBase } from '../test/use-gateway-base.js';
import type { TestedRoute } from '../test/tested-route.js';
import { useOpenTest } from '../test/use-open-test.js';
import type { IssuedApiKey } from './use-keys.js';

const programs = ['browser', 'node', 'python', 'websocat'] as const;

/** The secret of a key, which is shown once, and a program that uses it. */
export function IssuedKeyDialog({
  issued,
  onClose,
}: {
  issued: IssuedApiKey;
  onClose: () => void;
}): ReactNode {
  const t = useText();
  const [kind, setKind] = useState<(typeof programs)[number]>('browser');
  const route = useRouteFor(issued);
  const base = useGatewayBase();
  const openTest = useOpenTest();
  const url = route === undefined ? `${base}/…` : urlOfRoute(route, base);
  const names = {
    browser: t('keys.snippet.browser'),
    node: 'Node.js',
    python: 'Python',
    websocat: 'websocat',
  };
  return (
    <FormDialog title={t('keys.issued.title', { name: issued.name })} onClose={onClose} isKept>
      <Note tone="warning">{t('keys.issued.once')}</Note>
      <CopyField label={t('keys.issued.secret')} text={issued.key} />
      {issued.scopes.includes('connect') && (
        <>
          <Choice
            label={t('keys.snippet')}
            options={programs.map((value) => ({ value, text: names[value] }))}
            value={kind}
            onChange={setKind}
          />
          <CopyField label={names[kind]} text={snippetOf(kind, { url, key: issued.key })} />
          {route !== undefined && (
            <div>
              <Button onPress={() => openTest(route, issued.key)}>{t('keys.issued.test')}</Button>
            </div>
          )}
        </>
      )}
    </FormDialog>
  );
}

/** A route that the key opens, of those that need a key first. */
function useRouteFor({ tenantId, routeIds }: IssuedApiKey): TestedRoute | undefined {
  const { data: routes = [] } = useQuery({
    queryKey: queryKeys.routeList({ ofTenant: tenantId }),
    queryFn: async () => {
      const query = { tenant: tenantId, enabled: 'true' as const, limit: 200 };
      return (await answered(api.GET('/v1/routes', { params: { query } }))).items;
    },
  });
  const usable = routes.filter(({ id }) => routeIds?.includes(id) ?? true);
  return usable.find(({ auth }) => auth.mode === 'apiKey') ?? usable[0];
}
