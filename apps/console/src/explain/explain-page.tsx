import type { ReactNode, SubmitEvent } from 'react';
import { ApiError } from '../api/client.js';
import { fieldErrorText } from '../api/field-error-text.js';
import { problemText } from '../api/problem-text.js';
import { useText, type Text } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Note } from '../parts/note.js';
import { Panel } from '../parts/panel.js';
import { Select } from '../parts/select.js';
import { TextField } from '../parts/text-field.js';
import { useSession } from '../session/use-session.js';
import { Page } from '../shell/page.js';
import { explainedMethods } from './explain-search.js';
import { Steps } from './steps.js';
import { Verdict } from './verdict.js';
import { useExplanation } from './use-explanation.js';
import { useQuestion, type QuestionForm } from './use-question.js';
import styles from './explain-page.module.css';

/** Asks a gateway what it would decide about a URL. */
export function ExplainPage(): ReactNode {
  const t = useText();
  const form = useQuestion();
  const { data, error, isFetching } = useExplanation(form.question, form.asked);
  return (
    <Page title={t('explain.title')} intro={t('explain.intro')}>
      <Panel>
        <Form form={form} error={error} isPending={isFetching} />
      </Panel>
      {data === undefined ? (
        <p className={styles['hint']}>{isFetching ? t('explain.asking') : t('explain.empty')}</p>
      ) : (
        <>
          <Verdict explanation={data} />
          <Panel title={t('explain.steps')} isFlush>
            <Steps explanation={data} />
          </Panel>
          {data.upstreamRequest !== null && (
            <Panel title={t('explain.upstreamRequest')}>
              <pre className={styles['head']} tabIndex={0} aria-label={t('explain.upstreamRequest')}>
                {data.upstreamRequest}
              </pre>
            </Panel>
          )}
        </>
      )}
    </Page>
  );
}

interface FormProps {
  form: QuestionForm;
  error: Error | null;
  isPending: boolean;
}

function Form({ form, error, isPending }: FormProps): ReactNode {
  const t = useText();
  const { fields, change, ask } = form;
  const faults = faultsOf(error, t);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    ask();
  };
  return (
    <form className={styles['form']} onSubmit={submit}>
      <div className={styles['address']}>
        <TextField
          label={t('explain.url')}
          isCode
          isRequired
          placeholder="wss://chat.example.com/socket?room=7"
          value={fields.url ?? ''}
          onChange={(url) => change({ url })}
          error={faults.get('url') ?? null}
        />
        <Select
          label={t('explain.kind')}
          options={[
            { value: 'websocket', text: t('explain.kind.websocket') },
            ...explainedMethods.map((method) => ({ value: method, text: method })),
          ]}
          value={fields.method ?? 'websocket'}
          onChange={(kind) => change({ method: kind === 'websocket' ? undefined : kind })}
        />
        <Button type="submit" look="primary" isPending={isPending}>
          {t('explain.submit')}
        </Button>
      </div>
      <Options form={form} faults={faults} />
      <Failure error={error} />
    </form>
  );
}

function Options({ form, faults }: { form: QuestionForm; faults: Map<string, string> }): ReactNode {
  const t = useText();
  const { kind } = useSession();
  const { fields, change, areHeadersInvalid } = form;
  return (
    <div className={styles['options']}>
      <TextField
        label={t('explain.headers')}
        hint={t('explain.headers.hint')}
        isCode
        rows={3}
        placeholder="Origin: https://example.com"
        value={fields.headers ?? ''}
        onChange={(headers) => change({ headers })}
        error={areHeadersInvalid ? t('explain.headers.invalid') : (faults.get('headers') ?? null)}
      />
      <TextField
        label={t('explain.address')}
        hint={t('explain.address.hint')}
        isCode
        placeholder="203.0.113.7"
        value={fields.address ?? ''}
        onChange={(address) => change({ address })}
        error={faults.get('clientAddress') ?? null}
      />
      {kind !== 'apiKey' && (
        <TextField
          label={t('explain.gateway')}
          hint={t('explain.gateway.hint')}
          isCode
          placeholder="gtw_…"
          value={fields.gateway ?? ''}
          onChange={(gateway) => change({ gateway })}
          error={faults.get('gateway') ?? null}
        />
      )}
    </div>
  );
}

function Failure({ error }: { error: Error | null }): ReactNode {
  const t = useText();
  if (error === null || faultsOf(error, t).size > 0) return null;
  return <Note tone="danger">{problemText(error, t)}</Note>;
}

/** The problems of fields; those of one header field belong to all of them. */
function faultsOf(error: Error | null, t: Text): Map<string, string> {
  if (!(error instanceof ApiError)) return new Map();
  const faults = error.problem?.errors ?? [];
  return new Map(
    faults.map((fault) => {
      const { field } = fault;
      const message = fieldErrorText(fault, t);
      const [name = field] = field.split(/[.[]/);
      return [name, name === field ? message : `${field}: ${message}`];
    }),
  );
}
