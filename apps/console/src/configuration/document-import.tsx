import { useState, type ReactNode, type SubmitEvent } from 'react';
import { CheckboxButton, CheckboxField } from 'react-aria-components';
import { problemText } from '../api/problem-text.js';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { ConfirmDialog } from '../parts/confirm-dialog.js';
import { Note } from '../parts/note.js';
import { Panel } from '../parts/panel.js';
import { TextField } from '../parts/text-field.js';
import { useSession } from '../session/use-session.js';
import { DifferenceList, isEmpty } from './difference-list.js';
import { FileButton } from './file-button.js';
import { useApply, usePreview, type Document, type Preview } from './use-configuration.js';
import styles from './configuration-page.module.css';

/** Replaces the configuration with a document, after a preview of what it changes. */
export function DocumentImport(): ReactNode {
  const t = useText();
  const { isPlatform } = useSession();
  const { text, tenant, isValid, preview, edit, submit } = useDocument();
  return (
    <>
      <Panel>
        <form className={styles['form']} onSubmit={submit}>
          <TextField
            label={t('configuration.document')}
            hint={t('configuration.import.hint')}
            isCode
            rows={12}
            value={text}
            onChange={(changed) => edit({ text: changed })}
            error={isValid ? null : t('configuration.invalidJson')}
          />
          <div className={styles['options']}>
            <TextField
              label={t('configuration.tenant')}
              hint={t(isPlatform ? 'configuration.tenant.scope' : 'configuration.tenant.one')}
              placeholder="acme"
              value={tenant}
              onChange={(changed) => edit({ tenant: changed })}
            />
            <FileButton accept=".json,application/json" onText={(read) => edit({ text: read })} />
            <Button
              type="submit"
              look="primary"
              isPending={preview.isPending}
              isDisabled={!isPlatform && tenant.trim() === ''}
            >
              {t('configuration.preview')}
            </Button>
          </div>
          {preview.error !== null && <Note tone="danger">{problemText(preview.error, t)}</Note>}
        </form>
      </Panel>
      {preview.data && <Previewed preview={preview.data} onApplied={() => edit({ text: '' })} />}
    </>
  );
}

interface DocumentFields {
  text: string;
  tenant: string;
}

interface DocumentForm extends DocumentFields {
  isValid: boolean;
  preview: ReturnType<typeof usePreview>;
  edit: (change: Partial<DocumentFields>) => void;
  submit: (event: SubmitEvent) => void;
}

/** The entered document; a change of it discards its preview. */
function useDocument(): DocumentForm {
  const [fields, setFields] = useState<DocumentFields>({ text: '', tenant: '' });
  const [isValid, setValid] = useState(true);
  const preview = usePreview();
  return {
    ...fields,
    isValid,
    preview,
    edit: (change) => {
      setFields({ ...fields, ...change });
      setValid(true);
      preview.reset();
    },
    submit: (event) => {
      event.preventDefault();
      const document = parsed(fields.text);
      setValid(document !== null);
      if (document !== null) preview.mutate({ document, tenant: fields.tenant.trim() || undefined });
    },
  };
}

function Previewed({ preview, onApplied }: { preview: Preview; onApplied: () => void }): ReactNode {
  const t = useText();
  const [isAsking, setAsking] = useState(false);
  const { difference } = preview;
  return (
    <Panel
      title={t('configuration.difference')}
      isFlush
      actions={
        <Button look="danger" isDisabled={isEmpty(difference)} onPress={() => setAsking(true)}>
          {t('configuration.apply')}
        </Button>
      }
    >
      <DifferenceList difference={difference} />
      {isAsking && <Confirm preview={preview} onClose={() => setAsking(false)} onApplied={onApplied} />}
    </Panel>
  );
}

interface ConfirmProps {
  preview: Preview;
  onClose: () => void;
  onApplied: () => void;
}

function Confirm({ preview, onClose, onApplied }: ConfirmProps): ReactNode {
  const t = useText();
  const apply = useApply();
  const { created, updated, deleted } = preview.difference;
  const tenants = deleted.filter(({ kind }) => kind === 'tenant');
  const [isConfirmed, setConfirmed] = useState(tenants.length === 0);
  return (
    <ConfirmDialog
      title={t('configuration.apply.title')}
      onClose={onClose}
      action={t('configuration.apply.confirm')}
      isPending={apply.isPending}
      isDisabled={!isConfirmed}
      onConfirm={() =>
        apply.mutate(preview, {
          onSuccess: () => {
            onClose();
            onApplied();
          },
        })
      }
    >
      <p>
        {t('configuration.apply.text', {
          created: created.length,
          updated: updated.length,
          deleted: deleted.length,
        })}
      </p>
      {tenants.length > 0 && (
        <CheckboxField isSelected={isConfirmed} onChange={setConfirmed}>
          <CheckboxButton className={styles['checkbox']}>
            <span className={styles['box']} aria-hidden="true" />
            <span>
              {t('configuration.apply.tenants')} <bdi>{tenants.map(({ tenant }) => tenant).join(', ')}</bdi>
            </span>
          </CheckboxButton>
        </CheckboxField>
      )}
      {apply.error !== null && <Note tone="danger">{problemText(apply.error, t)}</Note>}
    </ConfirmDialog>
  );
}

// The API checks the fields, and names those that are wrong.
function parsed(text: string): Document | null {
  try {
    return JSON.parse(text) as Document;
  } catch {
    return null;
  }
}
