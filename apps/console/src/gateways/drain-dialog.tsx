import { useState, type ReactNode } from 'react';
import { problemText } from '../api/problem-text.js';
import { useText } from '../messages/language.js';
import { ConfirmDialog } from '../parts/confirm-dialog.js';
import { Note } from '../parts/note.js';
import { TextField } from '../parts/text-field.js';
import { useFormats } from '../parts/use-formats.js';
import { useDrain, useUndrain, type Gateway } from './use-gateways.js';

interface Props {
  /** Null: closed. */
  gateway: Gateway | null;
  onClose: () => void;
}

/** Asks before a gateway is drained, or takes connections again. */
export function DrainDialog({ gateway, onClose }: Props): ReactNode {
  if (gateway === null) return null;
  return gateway.drain === null ? (
    <Start gateway={gateway} onClose={onClose} />
  ) : (
    <TakeBack gateway={gateway} onClose={onClose} />
  );
}

function Start({ gateway, onClose }: { gateway: Gateway; onClose: () => void }): ReactNode {
  const t = useText();
  const { count } = useFormats();
  const [period, setPeriod] = useState('');
  const { mutate, isPending, error } = useDrain();
  const isValid = /^\d{0,5}$/.test(period);
  return (
    <ConfirmDialog
      title={t('gateways.drain.title')}
      onClose={onClose}
      action={t('gateways.drain.confirm')}
      isPending={isPending}
      isDisabled={!isValid}
      onConfirm={() =>
        mutate(
          { gateway: gateway.id, periodSeconds: period === '' ? null : Number(period) },
          { onSuccess: onClose },
        )
      }
    >
      <p>{t('gateways.drain.text', { id: gateway.id, connections: count(gateway.connections) })}</p>
      <TextField
        label={t('gateways.drain.period')}
        hint={t('gateways.drain.periodHint')}
        value={period}
        onChange={setPeriod}
        inputMode="numeric"
        error={isValid ? null : t('gateways.drain.periodInvalid')}
      />
      {error !== null && <Note tone="danger">{problemText(error, t)}</Note>}
    </ConfirmDialog>
  );
}

function TakeBack({ gateway, onClose }: { gateway: Gateway; onClose: () => void }): ReactNode {
  const t = useText();
  const { mutate, isPending, error } = useUndrain();
  return (
    <ConfirmDialog
      title={t('gateways.undrain.title')}
      onClose={onClose}
      action={t('gateways.undrain.confirm')}
      isPending={isPending}
      onConfirm={() => mutate(gateway.id, { onSuccess: onClose })}
    >
      <p>{t('gateways.undrain.text', { id: gateway.id })}</p>
      {error !== null && <Note tone="danger">{problemText(error, t)}</Note>}
    </ConfirmDialog>
  );
}
