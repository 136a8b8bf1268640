import type { ReactNode } from 'react';
import { useText, type MessageKey } from '../messages/language.js';
import { Icon } from '../parts/icon.js';
import { StepFacts } from './step-facts.js';
import type { Explanation } from './use-explanation.js';
import styles from './steps.module.css';

export type Step = Explanation['steps'][number];

const texts: Readonly<Record<Step['step'], MessageKey>> = {
  gateway: 'explain.step.gateway',
  parse: 'explain.step.parse',
  configuration: 'explain.step.configuration',
  loop: 'explain.step.loop',
  match: 'explain.step.match',
  maintenance: 'explain.step.maintenance',
  clientCertificate: 'explain.step.clientCertificate',
  credentialPlaces: 'explain.step.credentialPlaces',
  tenant: 'explain.step.tenant',
  origin: 'explain.step.origin',
  credential: 'explain.step.credential',
  quota: 'explain.step.quota',
  waitingDials: 'explain.step.waitingDials',
  limits: 'explain.step.limits',
  upstream: 'explain.step.upstream',
  address: 'explain.step.address',
};

const outcomes: Readonly<Record<Step['outcome'], MessageKey>> = {
  passed: 'explain.outcome.passed',
  refused: 'explain.outcome.refused',
  notReached: 'explain.outcome.notReached',
};

/** The steps of the handshake in their order, each with its result. */
export function Steps({ explanation }: { explanation: Explanation }): ReactNode {
  const t = useText();
  return (
    <ol className={styles['steps']}>
      {explanation.steps.map(({ step, outcome }) => (
        <li key={step} className={styles['step']} data-outcome={outcome}>
          <span className={styles['mark']}>
            <Icon name={outcome} />
          </span>
          <div className={styles['text']}>
            <p>
              {t(texts[step])} <code className={styles['name']}>{step}</code>
            </p>
            {outcome !== 'notReached' && <StepFacts step={step} explanation={explanation} />}
          </div>
          <span className={styles['outcome']}>{t(outcomes[outcome])}</span>
        </li>
      ))}
    </ol>
  );
}
