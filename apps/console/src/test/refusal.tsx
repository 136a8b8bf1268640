import type { UseMutationResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ApiError, type Problem } from '../api/client.js';
import { problemText } from '../api/problem-text.js';
import { useText, type MessageKey } from '../messages/language.js';
import { Note } from '../parts/note.js';
import { checks } from './checks.js';
import type { Snapshot } from './conversation.js';
import type { Handshake } from './credential.js';
import type { Explanation } from './use-handshake.js';
import styles from './refusal.module.css';

interface Props {
  snapshot: Snapshot;
  asked: UseMutationResult<Explanation, Error, Handshake>;
}

/** Why a handshake failed: browsers hide the answer, so a gateway explains what it would decide. */
export function Refusal({ snapshot, asked }: Props): ReactNode {
  const t = useText();
  const { failure, answer } = snapshot;
  if (failure !== undefined) return <Failure problem={failure} />;
  if (asked.error !== null) {
    return (
      <Note tone="danger" title={t('test.refused.title')}>
        <p>{problemText(asked.error, t)}</p>
      </Note>
    );
  }
  if (asked.data === undefined)
    return <Note title={t('test.refused.title')}>{t('test.refused.asking')}</Note>;
  if (!asked.data.verdict.allowed) return <Refused explanation={asked.data} />;
  return answer === null ? <Allowed /> : <RefusedByUpstream status={answer.status} />;
}

/** The API got no answer to the handshake. */
function Failure({ problem }: { problem: Problem | null }): ReactNode {
  const t = useText();
  return (
    <Note tone="danger" title={t('test.refused.title')}>
      <p>{problem === null ? t('test.refused.api') : problemText(new ApiError(problem), t)}</p>
    </Note>
  );
}

function RefusedByUpstream({ status }: { status: number }): ReactNode {
  const t = useText();
  return (
    <Note tone="danger" title={t('test.refused.title')}>
      <p>{t('test.refused.byUpstream', { status })}</p>
    </Note>
  );
}

function Allowed(): ReactNode {
  const t = useText();
  return (
    <Note tone="warning" title={t('test.refused.title')}>
      <p>{t('test.refused.allowed')}</p>
      <ul className={styles['checks']}>
        <li>{t('test.refused.allowed.reach')}</li>
        <li>{t('test.refused.allowed.upstream')}</li>
      </ul>
    </Note>
  );
}

/** Where the user can mend it. */
function pageFor(code: string | null): { to: '/routes' | '/keys'; text: MessageKey } | undefined {
  if (code === 'no_route') return { to: '/routes', text: 'test.refused.routes' };
  return code?.startsWith('key_') ? { to: '/keys', text: 'test.refused.keys' } : undefined;
}

function Refused({ explanation: { verdict, steps } }: { explanation: Explanation }): ReactNode {
  const t = useText();
  const { status, code, detail, cause } = verdict;
  const check = checks[code ?? ''];
  const page = pageFor(code);
  const outcomes: Record<Explanation['steps'][number]['outcome'], MessageKey> = {
    passed: 'test.refused.step.passed',
    refused: 'test.refused.step.refused',
    notReached: 'test.refused.step.notReached',
  };
  return (
    <Note tone="danger" title={t('test.refused.explained', { status, code: code ?? '' })}>
      {detail !== null && <p>{detail}</p>}
      {cause !== null && <p>{cause}</p>}
      {check !== undefined && (
        <p>
          <strong>{t('test.refused.check')}: </strong>
          {t(check, { origin: window.location.origin })}
          {page !== undefined && (
            <>
              {' '}
              <Link to={page.to}>{t(page.text)}</Link>
            </>
          )}
        </p>
      )}
      <details>
        <summary>{t('test.refused.steps')}</summary>
        <ol className={styles['steps']}>
          {steps.map(({ step, outcome }) => (
            <li key={step} data-outcome={outcome}>
              <code>{step}</code> <span>{t(outcomes[outcome])}</span>
            </li>
          ))}
        </ol>
      </details>
    </Note>
  );
}
