import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { ApiError } from '../api/client.js';
import { withChanges } from '../form/differences.js';
import { FormContext } from '../form/form-context.js';
import { FormProblem } from '../form/form-problem.js';
import { FormSection } from '../form/form-section.js';
import type { FormObject } from '../form/form-value.js';
import { useFormState, type FormState } from '../form/use-form-state.js';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Note } from '../parts/note.js';
import { useSession } from '../session/use-session.js';
import { TenantPicker } from '../tenants/tenant-picker.js';
import { Conflict } from './conflict.js';
import { editableRoute, submittedRoute } from './editable-route.js';
import { newRoute } from './new-route.js';
import { routeFields, routeSections } from './route-fields.js';
import { readRoute, useSaveRoute, type RouteVersion } from './use-routes.js';
import formStyles from '../form/form.module.css';
import styles from './routes.module.css';

interface Props {
  /** The version that is edited; null: a new route. */
  opened: RouteVersion | null;
  tenant: string | undefined;
  /** More actions, beside the one that saves. */
  actions?: ReactNode;
}

/** The form of a route, with all its fields. */
export function RouteEditor({ opened, tenant, actions }: Props): ReactNode {
  const t = useText();
  const { canManage } = useSession();
  const editor = useRouteEditor(opened, tenant);
  const { state, save, base, theirs, rebase } = editor;
  const error = isConflict(save.error) ? null : save.error;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    editor.submit();
  };
  return (
    <FormContext value={state.form}>
      <form className={styles['form']} onSubmit={submit} aria-label={t('route.form')}>
        <fieldset className={formStyles['fieldset']} disabled={!canManage}>
          {opened === null && <Owner editor={editor} />}
          {routeSections.map((section) => (
            <FormSection key={section.title} section={section} />
          ))}
        </fieldset>
        <FormProblem error={error} others={state.others} />
        {theirs !== null && base !== null && (
          <Conflict
            opened={editableRoute(base.route)}
            theirs={editableRoute(theirs.route)}
            mine={state.form.value}
            onKeep={(changes) => rebase(theirs, withChanges(editableRoute(theirs.route), changes))}
            onDiscard={() => rebase(theirs, editableRoute(theirs.route))}
          />
        )}
        <Saved version={save.isSuccess ? save.data : null} />
        {canManage && (
          <div className={formStyles['foot']}>
            <Button type="submit" look="primary" isDisabled={save.isPending || theirs !== null}>
              {t(base === null ? 'routes.create' : 'form.save')}
            </Button>
            <span className={formStyles['spacer']} />
            {actions}
          </div>
        )}
      </form>
    </FormContext>
  );
}

interface Editor {
  state: FormState;
  save: ReturnType<typeof useSaveRoute>;
  /** The version on which the changes are based; null: a new route. */
  base: RouteVersion | null;
  /** The version that another user has saved since. */
  theirs: RouteVersion | null;
  owner: string | undefined;
  isOwnerMissing: boolean;
  chooseOwner: (slug: string | undefined) => void;
  submit: () => void;
  rebase: (version: RouteVersion, value: FormObject) => void;
}

function useRouteEditor(opened: RouteVersion | null, tenant: string | undefined): Editor {
  const session = useSession();
  const navigate = useNavigate();
  const [owner, chooseOwner] = useState(session.tenant?.slug ?? tenant);
  const [base, setBase] = useState(opened);
  const [theirs, setTheirs] = useState<RouteVersion | null>(null);
  const [isOwnerMissing, setOwnerMissing] = useState(false);
  const save = useSaveRoute();
  const initial = base === null ? newRoute : editableRoute(base.route);
  const state = useFormState(initial, isConflict(save.error) ? null : save.error, routeFields);
  const onSuccess = (saved: RouteVersion): void => {
    setBase(saved);
    state.replace(editableRoute(saved.route));
    const params = { tenant: saved.route.tenantId, route: saved.route.id };
    if (base === null) void navigate({ to: '/routes/$tenant/$route', params });
  };
  const onError = (error: Error): void => {
    if (base === null || !isConflict(error)) return;
    void readRoute(base.route.tenantId, base.route.id).then(setTheirs);
  };
  const submit = (): void => {
    setOwnerMissing(owner === undefined);
    if (owner === undefined) return;
    const value = submittedRoute(state.form.value);
    save.mutate({ tenant: owner, base, value }, { onSuccess, onError });
  };
  const rebase: Editor['rebase'] = (version, value) => {
    save.reset();
    setBase(version);
    setTheirs(null);
    state.replace(value);
  };
  return { state, save, base, theirs, owner, isOwnerMissing, chooseOwner, submit, rebase };
}

/** The tenant of a new route, which an operator chooses. */
function Owner({ editor: { owner, isOwnerMissing, chooseOwner } }: { editor: Editor }): ReactNode {
  const t = useText();
  const { tenant } = useSession();
  if (tenant !== null) return null;
  const error = isOwnerMissing && owner === undefined ? t('tenants.choose') : null;
  return (
    <div className={styles['owner']}>
      <TenantPicker choosesOnly value={owner} onChange={chooseOwner} error={error} />
    </div>
  );
}

function isConflict(error: Error | null): boolean {
  return error instanceof ApiError && error.problem?.code === 'precondition_failed';
}

/** Whether every gateway has applied the saved route. */
function Saved({ version }: { version: RouteVersion | null }): ReactNode {
  const t = useText();
  if (version === null) return null;
  if (version.behind === null) return <Note>{t('form.applied')}</Note>;
  return <Note tone="warning">{t('form.behind', { gateways: version.behind })}</Note>;
}
