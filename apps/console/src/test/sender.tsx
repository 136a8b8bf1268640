import type { ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Choice } from '../parts/choice.js';
import field from '../parts/field.module.css';
import { TextField } from '../parts/text-field.js';
import { useSession } from '../session/use-session.js';
import type { HandshakeFields } from './use-handshake-fields.js';
import styles from './test-page.module.css';

interface Props {
  fields: HandshakeFields;
  areHeadersInvalid: boolean;
}

/** Who opens the connection: this browser, or the API, which can set header fields. */
export function Sender({ fields, areHeadersInvalid }: Props): ReactNode {
  const t = useText();
  const { canManage } = useSession();
  const { headers } = fields;
  if (!canManage) return null;
  return (
    <>
      <div className={field['field']}>
        <span className={field['label']}>{t('test.from')}</span>
        <Choice
          label={t('test.from')}
          options={[
            { value: 'browser', text: t('test.from.browser') },
            { value: 'api', text: t('test.from.api') },
          ]}
          value={headers === null ? 'browser' : 'api'}
          onChange={(from) => fields.write({ from: from === 'api' ? from : undefined })}
        />
      </div>
      {headers !== null && (
        <div className={styles['headers']}>
          <TextField
            label={t('explain.headers')}
            placeholder="X-Api-Key: slc_…"
            hint={t('explain.headers.hint')}
            isCode
            rows={3}
            value={headers}
            onChange={fields.setHeaders}
            error={areHeadersInvalid ? t('explain.headers.invalid') : null}
          />
        </div>
      )}
    </>
  );
}
