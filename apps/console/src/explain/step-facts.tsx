import type { ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { useFormats } from '../parts/use-formats.js';
import type { Explanation } from './use-explanation.js';
import styles from './steps.module.css';

interface Props {
  step: Explanation['steps'][number]['step'];
  explanation: Explanation;
}

/** The findings of a step, if the answer has them. */
export function StepFacts({ step, explanation }: Props): ReactNode {
  const { request, route, tenant, credential, limits, upstreams } = explanation;
  switch (step) {
    case 'parse':
      return request && <Request request={request} />;
    case 'match':
      return route && <Route route={route} />;
    case 'tenant':
      return (
        tenant && (
          <p className={styles['facts']}>
            <bdi>{tenant.slug}</bdi>
          </p>
        )
      );
    case 'origin':
      return (
        request !== null &&
        request.origins.length > 0 && (
          <p className={styles['facts']}>
            <bdi>{request.origins.join(', ')}</bdi>
          </p>
        )
      );
    case 'credential':
      return credential && <Credential credential={credential} />;
    case 'limits':
      return limits && <Limits limits={limits} />;
    case 'upstream':
      return upstreams && <Upstreams upstreams={upstreams} />;
    case 'address':
      return upstreams && <Addresses upstreams={upstreams} />;
    case 'gateway':
    case 'configuration':
    case 'loop':
    case 'maintenance':
    case 'clientCertificate':
    case 'credentialPlaces':
    case 'quota':
    case 'waitingDials':
      return null;
  }
}

function Request({ request }: { request: NonNullable<Explanation['request']> }): ReactNode {
  const { host, path, subprotocols } = request;
  return (
    <p className={styles['facts']}>
      <bdi>{host}</bdi>
      <bdi>{path}</bdi>
      {subprotocols.length > 0 && (
        <>
          {' · '}
          <bdi>{subprotocols.join(', ')}</bdi>
        </>
      )}
    </p>
  );
}

function Route({ route }: { route: NonNullable<Explanation['route']> }): ReactNode {
  const t = useText();
  const { name, id, host, path, pathType, parameters } = route;
  const values = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
  return (
    <p className={styles['facts']}>
      {t('explain.fact.route')} <bdi>{name === '' ? id : name}</bdi> · <bdi>{host}</bdi>
      <bdi>{path}</bdi> ({pathType}){values.length > 0 && <bdi> {values.join(', ')}</bdi>}
    </p>
  );
}

function Credential({ credential }: { credential: NonNullable<Explanation['credential']> }): ReactNode {
  const t = useText();
  const { mode, kind, source, keyId, keyName, scopes } = credential;
  if (mode === 'none') return <p className={styles['facts']}>{t('explain.fact.noCredentialNeeded')}</p>;
  if (kind === null) return <p className={styles['facts']}>{t('explain.fact.noCredential', { mode })}</p>;
  return (
    <p className={styles['facts']}>
      {t('explain.fact.credential', { kind, source: source ?? '' })}
      {keyId !== null && (
        <>
          {': '}
          <bdi>{keyName ?? keyId}</bdi>
        </>
      )}
      {scopes !== null && ` (${scopes.join(', ')})`}
    </p>
  );
}

function Limits({ limits }: { limits: NonNullable<Explanation['limits']> }): ReactNode {
  const t = useText();
  const { count } = useFormats();
  const texts = {
    tenant: t('explain.limit.tenant'),
    route: t('explain.limit.route'),
    key: t('explain.limit.key'),
    address: t('explain.limit.address'),
  };
  const number = (value: number | null): string => (value === null ? '∞' : count(value));
  const parts = limits.connections.map(
    ({ limit, count: used, ceiling }) =>
      `${texts[limit]} ${used === null ? '—' : count(used)} / ${number(ceiling)}`,
  );
  return parts.length > 0 && <p className={styles['facts']}>{parts.join(' · ')}</p>;
}

function Upstreams({ upstreams }: { upstreams: NonNullable<Explanation['upstreams']> }): ReactNode {
  const t = useText();
  const { count } = useFormats();
  const sorted = [...upstreams].sort((a, b) => (a.turn ?? Infinity) - (b.turn ?? Infinity));
  return (
    <ul className={`${styles['facts']} ${styles['upstreams']}`}>
      {sorted.map(({ id, url, turn, state, health, connections, isFull }) => (
        <li key={id}>
          <bdi>{url}</bdi>
          {' · '}
          {[
            turn === null ? t('explain.fact.noTurn') : t('explain.fact.turn', { turn }),
            state,
            health,
            t('explain.fact.connections', { count: count(connections) }),
            ...(isFull ? [t('explain.fact.full')] : []),
          ].join(' · ')}
        </li>
      ))}
    </ul>
  );
}

function Addresses({ upstreams }: { upstreams: NonNullable<Explanation['upstreams']> }): ReactNode {
  const t = useText();
  const addresses = upstreams.flatMap((upstream) => upstream.addresses ?? []);
  if (addresses.length === 0) return null;
  return (
    <p className={styles['facts']}>
      {addresses
        .map(
          ({ address, allowed }) =>
            `${address} ${t(allowed ? 'explain.fact.allowed' : 'explain.fact.forbidden')}`,
        )
        .join(' · ')}
    </p>
  );
}
