import { useState, type ReactNode } from 'react';
import { problemText } from '../api/problem-text.js';
import { useText } from '../messages/language.js';
import { FormDialog } from '../parts/form-dialog.js';
import { Note } from '../parts/note.js';
import { Select } from '../parts/select.js';
import { useRevokeKey, useRotateKey, type IssuedApiKey, type ListedKey } from './use-keys.js';

interface Props {
  listed: ListedKey;
  onClose: () => void;
}

/** Revokes a key, after its consequences were shown. */
export function RevokeKeyDialog({ listed, onClose }: Props): ReactNode {
  const t = useText();
  const { mutate, error, isPending } = useRevokeKey();
  return (
    <FormDialog
      title={t('keys.revoke.title')}
      action={t('keys.revoke')}
      isDanger
      isPending={isPending}
      onClose={onClose}
      onSubmit={() => mutate(listed, { onSuccess: onClose })}
    >
      <p>
        <bdi>
          <strong>{listed.name}</strong>
        </bdi>{' '}
        <code>{listed.prefix}…</code>
      </p>
      <p>{t('keys.revoke.text')}</p>
      {error !== null && <Note tone="danger">{problemText(error, t)}</Note>}
    </FormDialog>
  );
}

/** Gives a key a new secret; the previous one may remain valid for a while. */
export function RotateKeyDialog({
  listed,
  onClose,
  onIssued,
}: Props & { onIssued: (issued: IssuedApiKey) => void }): ReactNode {
  const t = useText();
  const [grace, setGrace] = useState<Grace>('3600');
  const { mutate, error, isPending } = useRotateKey();
  const graces: readonly { value: Grace; text: string }[] = [
    { value: '0', text: t('keys.grace.none') },
    { value: '3600', text: t('keys.grace.hour') },
    { value: '86400', text: t('keys.grace.day') },
    { value: '604800', text: t('keys.grace.week') },
  ];
  return (
    <FormDialog
      title={t('keys.rotate.title', { name: listed.name })}
      action={t('keys.rotate')}
      isPending={isPending}
      onClose={onClose}
      onSubmit={() => mutate({ key: listed, graceSeconds: Number(grace) }, { onSuccess: onIssued })}
    >
      <p>{t('keys.rotate.text')}</p>
      <Select label={t('keys.grace')} options={graces} value={grace} onChange={setGrace} />
      {grace === '0' && <Note tone="warning">{t('keys.grace.none.text')}</Note>}
      {error !== null && <Note tone="danger">{problemText(error, t)}</Note>}
    </FormDialog>
  );
}

type Grace = '0' | '3600' | '86400' | '604800';
