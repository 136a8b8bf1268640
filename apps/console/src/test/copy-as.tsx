import { useState, type ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { CopyField } from '../parts/copy-field.js';
import { Disclosure } from '../parts/disclosure.js';
import { Select } from '../parts/select.js';
import { snippetKinds, snippetOf, type SnippetKind } from '../snippets/snippets.js';
import { isSocketUrl, subprotocolsIn } from './credential.js';
import type { HandshakeFields } from './use-handshake-fields.js';
import styles from './facts.module.css';

// The program is made to be shared, so the key that was entered stays out of it.
const placeholder = 'slc_YOUR_KEY';

/** The handshake of the form as a program, or as a location of nginx. */
export function CopyAs({ fields }: { fields: HandshakeFields }): ReactNode {
  const t = useText();
  const [kind, setKind] = useState<SnippetKind>('browser');
  const { url, credential } = fields;
  if (!isSocketUrl(url)) return null;
  const key = credential.kind === 'none' ? null : placeholder;
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
          text={snippetOf(kind, { url, subprotocols: subprotocolsIn(fields.subprotocols), key })}
        />
        {key !== null && <p>{t('test.copyAs.key', { key })}</p>}
      </div>
    </Disclosure>
  );
}
