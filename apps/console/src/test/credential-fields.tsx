import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Choice } from '../parts/choice.js';
import field from '../parts/field.module.css';
import { Select } from '../parts/select.js';
import { TextField } from '../parts/text-field.js';
import { useSession } from '../session/use-session.js';
import { credentialKinds, type CredentialKind } from './credential.js';
import { useConnectKeys } from './use-handshake.js';

export interface Credential {
  kind: CredentialKind;
  /** The key that was typed in. */
  secret: string;
  /** The id of the key for which a ticket is issued. */
  keyId: string | null;
}

interface Props {
  value: Credential;
  onChange: (value: Credential) => void;
  /** The tenant of the chosen route. */
  tenantId: string | null;
}

/** How the credential is presented, and which. */
export function CredentialFields({ value, onChange, tenantId }: Props): ReactNode {
  const t = useText();
  const { canManage } = useSession();
  const texts = {
    none: t('test.credential.none'),
    ticket: t('test.credential.ticket'),
    subprotocol: t('test.credential.subprotocol'),
    query: t('test.credential.query'),
  };
  // Only who may manage keys may issue tickets.
  const kinds = credentialKinds.filter((kind) => kind !== 'ticket' || canManage);
  return (
    <>
      <div className={field['field']}>
        <span className={field['label']}>{t('test.credential')}</span>
        <Choice
          label={t('test.credential')}
          options={kinds.map((kind) => ({ value: kind, text: texts[kind] }))}
          value={value.kind}
          onChange={(kind) => onChange({ ...value, kind })}
        />
      </div>
      {value.kind === 'ticket' && (
        <TicketKey
          tenantId={tenantId}
          keyId={value.keyId}
          onChange={(keyId) => onChange({ ...value, keyId })}
        />
      )}
      {(value.kind === 'subprotocol' || value.kind === 'query') && (
        <TextField
          label={t('test.credential.key')}
          placeholder={t('test.credential.key.placeholder')}
          type="password"
          autoComplete="off"
          isCode
          value={value.secret}
          onChange={(secret) => onChange({ ...value, secret })}
        />
      )}
    </>
  );
}

interface TicketProps {
  tenantId: string | null;
  keyId: string | null;
  onChange: (keyId: string) => void;
}

function TicketKey({ tenantId, keyId, onChange }: TicketProps): ReactNode {
  const t = useText();
  const { data: keys } = useConnectKeys(tenantId);
  const problem =
    tenantId === null
      ? t('test.credential.ticketFor.noRoute')
      : keys?.length === 0
        ? t('test.credential.ticketFor.noKeys')
        : null;
  return (
    <div className={field['field']}>
      <Select
        label={t('test.credential.ticketFor')}
        placeholder={t('test.credential.ticketFor.placeholder')}
        options={(keys ?? []).map(({ id, name, prefix }) => ({ value: id, text: name, note: prefix }))}
        value={keyId}
        onChange={onChange}
        isDisabled={problem !== null}
      />
      <span className={field['hint']}>
        {problem ?? t('test.credential.ticketFor.hint')}
        {keys?.length === 0 && (
          <>
            {' '}
            <Link to="/keys">{t('test.credential.createKey')}</Link>
          </>
        )}
      </span>
    </div>
  );
}
