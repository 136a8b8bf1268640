import { useState, type ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { CopyField } from '../parts/copy-field.js';
import { Disclosure } from '../parts/disclosure.js';
import { headerFieldsIn, type HeaderField } from '../parts/header-lines.js';
import { Select } from '../parts/select.js';
import { canSend } from '../snippets/can-send.js';
import { snippetKinds, type SnippetKind } from '../snippets/snippet-kinds.js';
import { snippetOf } from '../snippets/snippets.js';
import { isSocketUrl, subprotocolsIn } from './credential.js';
import { isSecretField } from './secret-field.js';
import type { HandshakeFields } from './use-handshake-fields.js';
import styles from './facts.module.css';

// The program is made to be shared, so the secrets that were entered stay out of it.
const keyPlaceholder = 'slc_YOUR_KEY';
const secretPlaceholder = 'YOUR_SECRET';

/** The handshake of the form as a program, or as a location of nginx. */
export function CopyAs({ fields }: { fields: HandshakeFields }): ReactNode {
  const t = useText();
  const [kind, setKind] = useState<SnippetKind>('browser');
  const { url, credential } = fields;
  if (!isSocketUrl(url)) return null;
  const headers = headerFieldsIn(fields.headers ?? '');
  const key = credential.kind === 'none' ? null : keyPlaceholder;
  const subprotocols = subprotocolsIn(fields.subprotocols);
  const names = {
    browser: 'JavaScript',
    node: 'Node.js',
    python: 'Python',
    websocat: 'websocat',
    nginx: t('test.copyAs.nginx'),
  };
  return (
    <Disclosure title={t('test.copyAs')}>
      <div className={styles['copyAs']}>
        <Select
          label={t('test.copyAs')}
          isLabelHidden
          options={snippetKinds.map((value) => ({ value, text: names[value] }))}
          value={kind}
          onChange={setKind}
        />
        <CopyField
          label={names[kind]}
          text={snippetOf(kind, { url, subprotocols, key, headers: (headers ?? []).map(withoutSecret) })}
        />
        {key !== null && <p>{t('test.copyAs.key', { key })}</p>}
        {headers === null ? (
          <p>{t('test.copyAs.noHeaders')}</p>
        ) : (
          <HeaderRemarks kind={kind} headers={headers} />
        )}
      </div>
    </Disclosure>
  );
}

/** What to know about the header fields: which have a placeholder, and which the program cannot send. */
function HeaderRemarks({ kind, headers }: { kind: SnippetKind; headers: HeaderField[] }): ReactNode {
  const t = useText();
  const isSent = (field: HeaderField): boolean => canSend(kind, field);
  const secrets = headers.filter((field) => isSent(field) && isSecretField(field));
  const unsent = headers.filter((field) => !isSent(field));
  const reason = kind === 'browser' ? 'test.copyAs.unsentByPage' : 'test.copyAs.unsentByNginx';
  return (
    <>
      {secrets.length > 0 && (
        <p>{t('test.copyAs.secret', { fields: namesOf(secrets), placeholder: secretPlaceholder })}</p>
      )}
      {unsent.length > 0 && <p>{t(reason, { fields: namesOf(unsent) })}</p>}
    </>
  );
}

function namesOf(fields: readonly HeaderField[]): string {
  return fields.map(({ name }) => name).join(', ');
}

function withoutSecret(field: HeaderField): HeaderField {
  if (!isSecretField(field)) return field;
  const { name, value } = field;
  // The scheme stays: `Bearer YOUR_SECRET`.
  const [scheme = ''] = (/^authorization$/i.test(name) && /^\w+ /.exec(value)) || [];
  return { name, value: scheme + secretPlaceholder };
}
