import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Choice } from '../parts/choice.js';
import { useSession } from '../session/use-session.js';
import { Page } from '../shell/page.js';
import type { ConfigurationView } from './configuration-search.js';
import { DocumentImport } from './document-import.js';
import { Export } from './export.js';
import { NginxImport } from './nginx-import.js';

/**
 * The configuration as one document: export, import with a preview, and import from nginx. An operator that
 * is limited to tenants has the documents of one of them at a time.
 */
export function ConfigurationPage(): ReactNode {
  const t = useText();
  const { canManage, isPlatform } = useSession();
  const navigate = useNavigate({ from: '/configuration' });
  const { view = 'export' } = useSearch({ from: '/configuration' });
  const views = [
    { value: 'export', text: t('configuration.export') },
    { value: 'import', text: t('configuration.import') },
    ...(isPlatform ? ([{ value: 'nginx', text: t('configuration.nginx') }] as const) : []),
  ] as const;
  return (
    <Page
      title={t('configuration.title')}
      intro={t(isPlatform ? 'configuration.intro' : 'configuration.intro.tenant')}
      actions={
        canManage && (
          <Choice<ConfigurationView>
            label={t('configuration.view')}
            options={views}
            value={view}
            onChange={(chosen) => void navigate({ search: { view: chosen } })}
          />
        )
      }
    >
      {!canManage || view === 'export' ? (
        <Export />
      ) : view === 'nginx' && isPlatform ? (
        <NginxImport />
      ) : (
        <DocumentImport />
      )}
    </Page>
  );
}
