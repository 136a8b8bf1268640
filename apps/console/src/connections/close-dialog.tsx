import { useEffect, useState, type ReactNode } from 'react';
import { problemText } from '../api/problem-text.js';
import { useText } from '../messages/language.js';
import { ConfirmDialog } from '../parts/confirm-dialog.js';
import { Note } from '../parts/note.js';
import { TextField } from '../parts/text-field.js';
import { useFormats } from '../parts/use-formats.js';
import { useClose, type CloseTarget } from './use-connections.js';

interface Props {
  target: CloseTarget;
  onClose: () => void;
}

const defaultCode = '1008';

/** Closes connections, after a dry run has counted them. */
export function CloseDialog({ target: opened, onClose }: Props): ReactNode {
  const t = useText();
  const formats = useFormats();
  // Closes the connections that were counted, even if the page has changed meanwhile.
  const [target] = useState(opened);
  const [code, setCode] = useState(defaultCode);
  const [reason, setReason] = useState('closed by operator');
  const counting = useClose();
  const closing = useClose();
  const { mutate: count } = counting;
  useEffect(() => {
    count({ target, code: Number(defaultCode), reason: '', dryRun: true });
  }, [target, count]);
  const matched = counting.data?.matched ?? 0;
  const error = closing.error ?? counting.error;
  const close = (): void => {
    const done = { onSuccess: onClose };
    closing.mutate({ target, code: Number(code), reason, dryRun: false }, done);
  };
  return (
    <ConfirmDialog
      title={t('connections.close.title')}
      onClose={onClose}
      action={t('connections.close.action', { count: formats.count(matched) })}
      onConfirm={close}
      isPending={closing.isPending}
      isDisabled={matched === 0}
    >
      <p>
        {counting.data === undefined
          ? t('connections.close.counting')
          : t('connections.close.matched', { count: formats.count(matched) })}
      </p>
      <TextField
        label={t('connections.code')}
        hint={t('connections.close.codeHint')}
        value={code}
        onChange={setCode}
      />
      <TextField label={t('connections.reason')} value={reason} onChange={setReason} />
      {error !== null && <Note tone="danger">{problemText(error, t)}</Note>}
    </ConfirmDialog>
  );
}
