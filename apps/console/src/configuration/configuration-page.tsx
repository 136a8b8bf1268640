import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Choice } from '../parts/choice.js';
import { useSession } from '../session/use-session.js';
import { Page } from '../shell/page.js';
import type { ConfigurationView } from './configuration-search.js';
import { DocumentImport } from './document-import.js';
import { Export } from './export.js';
import { History } from './history.js';
import { NginxImport } from './nginx-import.js';

/**
 * The configuration as one document, its history, import with a preview, and import from nginx. An operator
 * that is limited to tenants has the documents of one of them at a time.
 */
export function ConfigurationPage(): ReactNode {
  const t = useText();
  const { canManage, isPlatform } = useSession();
  const navigate = useNavigate({ from: '/configuration' });
  const { view = 'export' } = useSearch({ from: '/configuration' });
  const views = [
    { value: 'export', text: t('configuration.export') },
    { value: 'history', text: t('configuration.history') },
    { value: 'import', text: t('configuration.import') },
    { value: 'nginx', text: t('configuration.nginx') },
  ] as const;
  const isAllowed = (one: ConfigurationView): boolean =>
    one === 'nginx' ? canManage && isPlatform : one !== 'import' || canManage;
  const shown = isAllowed(view) ? view : 'export';
  return (
    <Page
      title={t('configuration.title')}
      intro={t(isPlatform ? 'configuration.intro' : 'configuration.intro.tenant')}
      actions={
        <Choice<ConfigurationView>
          label={t('configuration.view')}
          options={views.filter(({ value }) => isAllowed(value))}
          value={shown}
          onChange={(chosen) => void navigate({ search: { view: chosen } })}
        />
      }
    >
      <View view={shown} />
    </Page>
  );
}

function View({ view }: { view: ConfigurationView }): ReactNode {
  switch (view) {
    case 'export':
      return <Export />;
    case 'history':
      return <History />;
    case 'import':
      return <DocumentImport />;
    case 'nginx':
      return <NginxImport />;
  }
}
