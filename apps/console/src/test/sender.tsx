import type { ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Choice } from '../parts/choice.js';
import field from '../parts/field.module.css';
import { useSession } from '../session/use-session.js';
import type { HandshakeFields } from './use-handshake-fields.js';

/** Who opens the connection: this browser, or the API, which can set header fields. */
export function Sender({ fields: { headers, write } }: { fields: HandshakeFields }): ReactNode {
  const t = useText();
  const { canManage } = useSession();
  if (!canManage) return null;
  return (
    <div className={field['field']}>
      <span className={field['label']}>{t('test.from')}</span>
      <Choice
        label={t('test.from')}
        options={[
          { value: 'browser', text: t('test.from.browser') },
          { value: 'api', text: t('test.from.api') },
        ]}
        value={headers === null ? 'browser' : 'api'}
        onChange={(from) => write({ from: from === 'api' ? from : undefined })}
      />
    </div>
  );
}
