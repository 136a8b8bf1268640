import type { ReactNode } from 'react';
import { problemText } from '../api/problem-text.js';
import { FormContext } from '../form/form-context.js';
import { FormFields } from '../form/form-fields.js';
import { FormProblem } from '../form/form-problem.js';
import { useFormState } from '../form/use-form-state.js';
import { useText } from '../messages/language.js';
import { FormDialog } from '../parts/form-dialog.js';
import { Meter } from '../parts/meter.js';
import { Note } from '../parts/note.js';
import { editableTenant, newTenant, tenantFields } from './tenant-fields.js';
import styles from './tenants.module.css';
import { useSaveTenant, useSetStatus, useTenantUsage, type ListedTenant } from './use-tenants.js';

interface FormProps {
  /** The tenant that is changed; null: a new one. */
  edited: ListedTenant | null;
  onClose: () => void;
}

/** Creates a tenant, or changes its limits. */
export function TenantFormDialog({ edited, onClose }: FormProps): ReactNode {
  const t = useText();
  const { mutate, error, isPending } = useSaveTenant();
  const initial = edited === null ? newTenant : editableTenant(edited);
  const { form, others } = useFormState(initial, error, tenantFields);
  return (
    <FormDialog
      title={edited === null ? t('tenants.create') : t('tenants.edit.title', { tenant: edited.slug })}
      action={t(edited === null ? 'tenants.create' : 'form.save')}
      isPending={isPending}
      onClose={onClose}
      onSubmit={() => mutate({ edited, value: form.value }, { onSuccess: onClose })}
    >
      {edited !== null && <Ceilings tenant={edited} />}
      <FormContext value={form}>
        <FormFields fields={tenantFields} />
        <FormProblem error={error} others={others} />
      </FormContext>
    </FormDialog>
  );
}

/** The usage of each limit that is set. */
function Ceilings({ tenant }: { tenant: ListedTenant }): ReactNode {
  const t = useText();
  const { data } = useTenantUsage(tenant.id);
  const nameOf = (limit: string): string => {
    const field = tenantFields.find(({ path }) => path === limit);
    return field === undefined ? limit : t(field.label);
  };
  const set = (data?.ceilings ?? []).filter(({ ceiling, used }) => ceiling !== null && used !== null);
  return (
    <div className={styles['ceilings']}>
      {set.map(({ limit, ceiling, used }) => (
        <div key={limit}>
          <span>{nameOf(limit)}</span>
          <Meter label={nameOf(limit)} used={used} limit={ceiling} />
        </div>
      ))}
    </div>
  );
}

/** Suspends a tenant after its consequences were shown, or resumes it. */
export function StatusDialog({ tenant, onClose }: { tenant: ListedTenant; onClose: () => void }): ReactNode {
  const t = useText();
  const { mutate, error, isPending } = useSetStatus();
  const isActive = tenant.status === 'active';
  const status = isActive ? 'suspended' : 'active';
  return (
    <FormDialog
      title={t(isActive ? 'tenants.suspend.title' : 'tenants.resume.title', { tenant: tenant.slug })}
      action={t(isActive ? 'tenants.suspend' : 'tenants.resume')}
      isDanger={isActive}
      isPending={isPending}
      onClose={onClose}
      onSubmit={() => mutate({ tenant, status }, { onSuccess: onClose })}
    >
      <p>{t(isActive ? 'tenants.suspend.text' : 'tenants.resume.text')}</p>
      {error !== null && <Note tone="danger">{problemText(error, t)}</Note>}
    </FormDialog>
  );
}
