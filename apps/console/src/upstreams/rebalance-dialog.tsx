import { useEffect, type ReactNode } from 'react';
import { problemText } from '../api/problem-text.js';
import { useText } from '../messages/language.js';
import { ConfirmDialog } from '../parts/confirm-dialog.js';
import { Note } from '../parts/note.js';
import { useFormats } from '../parts/use-formats.js';
import { useRebalance, type RebalanceOutcome, type Route } from './use-upstreams.js';
import styles from './upstreams-page.module.css';

/** Shows which connections a rebalance would close, and starts it. */
export function RebalanceDialog({ route, onClose }: { route: Route; onClose: () => void }): ReactNode {
  const t = useText();
  const { count } = useFormats();
  const { mutate: plan, data, error: planError } = useRebalance(route);
  const { mutate: start, isPending, error: startError } = useRebalance(route);
  useEffect(() => plan(true), [plan]);
  const error = planError ?? startError;
  return (
    <ConfirmDialog
      title={t('upstreams.rebalance.title')}
      onClose={onClose}
      action={t('upstreams.rebalance.confirm', { count: count(data?.closes ?? 0) })}
      isPending={isPending}
      isDisabled={data === undefined || data.closes === 0}
      onConfirm={() => start(false, { onSuccess: onClose })}
    >
      <p>{t('upstreams.rebalance.text')}</p>
      {data !== undefined && <Plan plan={data} />}
      {data === undefined && error === null && <p className={styles['quiet']}>{t('app.loading')}</p>}
      {error !== null && <Note tone="danger">{problemText(error, t)}</Note>}
    </ConfirmDialog>
  );
}

function Plan({ plan }: { plan: RebalanceOutcome }): ReactNode {
  const t = useText();
  const { count, duration } = useFormats();
  return (
    <>
      <table className={styles['plan']}>
        <thead>
          <tr>
            <th scope="col">{t('upstreams.upstream')}</th>
            <th scope="col" data-number>
              {t('upstreams.connections')}
            </th>
            <th scope="col" data-number>
              {t('upstreams.fairShare')}
            </th>
            <th scope="col" data-number>
              {t('upstreams.closes')}
            </th>
          </tr>
        </thead>
        <tbody>
          {plan.upstreams.map(({ id, url, connections, fairShare, closes }) => (
            <tr key={id}>
              <td className={styles['url']}>
                <bdi>{url}</bdi>
              </td>
              <td data-number>{count(connections)}</td>
              <td data-number>{count(fairShare)}</td>
              <td data-number>{count(closes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles['quiet']}>
        {plan.closes === 0
          ? t('upstreams.balanced')
          : t('upstreams.period', { duration: duration(plan.periodMs) })}
        {plan.silentGateways.length > 0 &&
          ` ${t('upstreams.silent', { gateways: plan.silentGateways.join(', ') })}`}
      </p>
    </>
  );
}
