import { useState, type ReactNode, type SubmitEvent } from 'react';
import { problemText } from '../api/problem-text.js';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { ConfirmDialog } from '../parts/confirm-dialog.js';
import { Note } from '../parts/note.js';
import { Panel } from '../parts/panel.js';
import { TextField } from '../parts/text-field.js';
import { DifferenceList, isEmpty } from './difference-list.js';
import { FileButton } from './file-button.js';
import { NginxLines } from './nginx-lines.js';
import { useNginxImport, type NginxRequest } from './use-configuration.js';
import styles from './configuration-page.module.css';

/** Translates a configuration of nginx into routes, and marks each line that is not carried over. */
export function NginxImport(): ReactNode {
  const t = useText();
  const [text, setText] = useState('');
  const [tenant, setTenant] = useState('');
  const { mutate, data, error, isPending, reset, variables } = useNginxImport();
  const edit = (changed: string): void => {
    setText(changed);
    reset();
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    mutate({ text, tenant: tenant.trim() || undefined, isApplied: false });
  };
  return (
    <>
      <Panel>
        <form className={styles['form']} onSubmit={submit}>
          <Source text={text} onText={edit} />
          <div className={styles['options']}>
            <Owner
              tenant={tenant}
              onTenant={(value) => {
                setTenant(value);
                reset();
              }}
            />
            <FileButton accept=".conf,text/plain" onText={edit} />
            <Button type="submit" look="primary" isPending={isPending} isDisabled={text.trim() === ''}>
              {t('configuration.preview')}
            </Button>
          </div>
          {error !== null && <Note tone="danger">{problemText(error, t)}</Note>}
          {data && variables.isApplied && <Note>{t('configuration.nginx.applied')}</Note>}
        </form>
      </Panel>
      {data?.difference && !variables.isApplied && (
        <Previewed
          difference={data.difference}
          onApply={() => mutate({ text, tenant: tenant.trim(), isApplied: true } satisfies NginxRequest)}
        />
      )}
      {data && (
        <Panel title={t('configuration.nginx.lines')} isFlush>
          <NginxLines text={text} answer={data} />
        </Panel>
      )}
    </>
  );
}

function Source({ text, onText }: { text: string; onText: (text: string) => void }): ReactNode {
  const t = useText();
  return (
    <TextField
      label={t('configuration.nginx.text')}
      isCode
      rows={12}
      placeholder={'server {\n  listen 80;\n  location /chat { proxy_pass http://10.0.0.5:9000; }\n}'}
      value={text}
      onChange={onText}
    />
  );
}

function Owner({ tenant, onTenant }: { tenant: string; onTenant: (tenant: string) => void }): ReactNode {
  const t = useText();
  return (
    <TextField
      label={t('configuration.tenant')}
      hint={t('configuration.nginx.tenant')}
      placeholder="acme"
      value={tenant}
      onChange={onTenant}
    />
  );
}

interface PreviewedProps {
  difference: Parameters<typeof DifferenceList>[0]['difference'];
  onApply: () => void;
}

function Previewed({ difference, onApply }: PreviewedProps): ReactNode {
  const t = useText();
  const [isAsking, setAsking] = useState(false);
  const { created, updated, deleted } = difference;
  const counts = { created: created.length, updated: updated.length, deleted: deleted.length };
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
      {isAsking && (
        <ConfirmDialog
          title={t('configuration.nginx.title')}
          onClose={() => setAsking(false)}
          action={t('configuration.apply.confirm')}
          onConfirm={() => {
            setAsking(false);
            onApply();
          }}
        >
          <p>{t('configuration.apply.text', counts)}</p>
        </ConfirmDialog>
      )}
    </Panel>
  );
}
