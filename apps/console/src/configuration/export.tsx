import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Choice } from '../parts/choice.js';
import { Loaded } from '../parts/loaded.js';
import { Panel } from '../parts/panel.js';
import { TextField } from '../parts/text-field.js';
import { useFormats } from '../parts/use-formats.js';
import { useSession } from '../session/use-session.js';
import { queryOf, useConfiguration, type ExportQuery } from './use-configuration.js';
import styles from './configuration-page.module.css';

// More of it would make the page slow; the download has all.
const maxShownCharacters = 200_000;

/** The configuration to read, and to download. */
export function Export(): ReactNode {
  const t = useText();
  const navigate = useNavigate({ from: '/configuration' });
  const { tenant } = useSearch({ from: '/configuration' });
  const { isPlatform } = useSession();
  const [text, setText] = useState(tenant ?? '');
  const [fields, setFields] = useState<'sparse' | 'full'>('sparse');
  const query = { tenant, isFull: fields === 'full' };
  const isReadable = isPlatform || tenant !== undefined;
  const url = `/v1/config?${new URLSearchParams(queryOf(query)).toString()}`;
  return (
    <>
      <Panel>
        <div className={styles['options']}>
          <TextField
            label={t('configuration.tenant')}
            hint={t(isPlatform ? 'configuration.tenant.all' : 'configuration.tenant.one')}
            placeholder="acme"
            value={text}
            onChange={(value) => {
              setText(value);
              void navigate({
                search: (search) => ({ ...search, tenant: value || undefined }),
                replace: true,
              });
            }}
          />
          <Choice
            label={t('configuration.fields')}
            options={[
              { value: 'sparse', text: t('configuration.fields.sparse') },
              { value: 'full', text: t('configuration.fields.full') },
            ]}
            value={fields}
            onChange={setFields}
          />
          {isReadable && (
            <a className={styles['download']} href={url} download={`${tenant ?? 'sluice'}.json`}>
              {t('configuration.download')}
            </a>
          )}
        </div>
      </Panel>
      {isReadable && <DocumentPanel query={query} />}
    </>
  );
}

function DocumentPanel({ query }: { query: ExportQuery }): ReactNode {
  const t = useText();
  const { bytes } = useFormats();
  const configuration = useConfiguration(query);
  return (
    <Panel
      title={t('configuration.document')}
      actions={configuration.data && bytes(new Blob([configuration.data]).size)}
      isFlush
    >
      <Loaded query={configuration}>
        {(document) => (
          <pre className={styles['document']} tabIndex={0} aria-label={t('configuration.document')}>
            {document.slice(0, maxShownCharacters)}
            {document.length > maxShownCharacters && `\n${t('configuration.cut')}`}
          </pre>
        )}
      </Loaded>
    </Panel>
  );
}
