import { useState, type ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { FormContext } from '../form/form-context.js';
import { FormFields } from '../form/form-fields.js';
import { FormProblem } from '../form/form-problem.js';
import { formObjectOf, type FormObject } from '../form/form-value.js';
import { useFormState } from '../form/use-form-state.js';
import { FormDialog } from '../parts/form-dialog.js';
import { useSession } from '../session/use-session.js';
import { TenantPicker } from '../tenants/tenant-picker.js';
import { keyFields, keyLimitFields, newKey } from './key-fields.js';
import { useChangeKey, useCreateKey, type IssuedApiKey, type ListedKey } from './use-keys.js';
import styles from './keys.module.css';

interface Props {
  /** The key that is changed; null: a new one. */
  edited: ListedKey | null;
  /** The tenant that the list is filtered by. */
  tenant: string | undefined;
  onIssued: (issued: IssuedApiKey) => void;
  onClose: () => void;
}

const allFields = [...keyFields, ...keyLimitFields];

/** Creates a key, or changes one. */
export function KeyFormDialog({ edited, tenant, onIssued, onClose }: Props): ReactNode {
  const t = useText();
  const session = useSession();
  const [owner, setOwner] = useState(session.tenant?.slug ?? tenant);
  const [isOwnerMissing, setOwnerMissing] = useState(false);
  const create = useCreateKey();
  const change = useChangeKey();
  const { error, isPending } = edited === null ? create : change;
  const { form, others } = useFormState(edited === null ? newKey : editableOf(edited), error, allFields);
  const submit = (): void => {
    setOwnerMissing(owner === undefined && edited === null);
    if (edited !== null) change.mutate({ key: edited, value: form.value }, { onSuccess: onClose });
    else if (owner !== undefined) {
      create.mutate({ tenant: owner, value: form.value }, { onSuccess: onIssued });
    }
  };
  return (
    <FormDialog
      title={edited === null ? t('keys.create') : t('keys.edit.title', { name: edited.name })}
      action={t(edited === null ? 'keys.create' : 'form.save')}
      onClose={onClose}
      onSubmit={submit}
      isPending={isPending}
    >
      <FormContext value={form}>
        {edited === null && session.tenant === null && (
          <TenantPicker
            choosesOnly
            value={owner}
            onChange={setOwner}
            error={isOwnerMissing && owner === undefined ? t('tenants.choose') : null}
          />
        )}
        <FormFields fields={keyFields} />
        <details className={styles['more']}>
          <summary>{t('keys.limits')}</summary>
          <FormFields fields={keyLimitFields} />
        </details>
        <FormProblem error={error} others={others} />
      </FormContext>
    </FormDialog>
  );
}

// The API sets the others, and one of them changes whenever the key is used.
function editableOf(key: ListedKey): FormObject {
  const readOnly = new Set([
    'id',
    'tenantId',
    'prefix',
    'previous',
    'revokedAt',
    'lastUsedAt',
    'createdAt',
    'etag',
  ]);
  return Object.fromEntries(Object.entries(formObjectOf(key)).filter(([name]) => !readOnly.has(name)));
}
