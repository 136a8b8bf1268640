import type { ReactNode } from 'react';
import { problemText } from '../api/problem-text.js';
import { useText, type MessageKey } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Progress } from '../parts/progress.js';
import { ResourceName } from '../parts/resource-name.js';
import { useFormats } from '../parts/use-formats.js';
import { useSession } from '../session/use-session.js';
import type { ChosenUpstream } from './upstream-dialog.js';
import { UpstreamRow } from './upstream-row.js';
import { useRebalanceState, useStopRebalance, useUpstreams, type Route } from './use-upstreams.js';
import styles from './upstreams-page.module.css';

interface Props {
  route: Route;
  onRebalance: (route: Route) => void;
  onEdit: (chosen: ChosenUpstream) => void;
}

const columnCount = 9;

const balancings: Readonly<Record<Route['balancing'], MessageKey>> = {
  roundRobin: 'upstreams.balancing.roundRobin',
  leastConnections: 'upstreams.balancing.leastConnections',
  powerOfTwo: 'upstreams.balancing.powerOfTwo',
  consistentHash: 'upstreams.balancing.consistentHash',
  sticky: 'upstreams.balancing.sticky',
};

/** A route with its upstreams, each with its health at each gateway. */
export function RouteRows({ route, onRebalance, onEdit }: Props): ReactNode {
  const t = useText();
  const { canManage } = useSession();
  const { data, error } = useUpstreams(route);
  const silent = data?.silentGateways ?? [];
  return (
    <tbody>
      <tr className={styles['route']}>
        <th scope="rowgroup" colSpan={columnCount}>
          <Head route={route} queued={sum(data?.queues ?? [])} onRebalance={onRebalance} />
        </th>
      </tr>
      {error !== null && <Remark text={problemText(error, t)} />}
      {data === undefined && error === null && <Remark text={t('app.loading')} />}
      {silent.length > 0 && <Remark text={t('upstreams.silent', { gateways: silent.join(', ') })} />}
      {data?.upstreams.map((upstream) => (
        <UpstreamRow
          key={upstream.id}
          upstream={upstream}
          onEdit={canManage ? (edited) => onEdit({ route, upstream: edited }) : null}
        />
      ))}
    </tbody>
  );
}

function Remark({ text }: { text: string }): ReactNode {
  return (
    <tr>
      <td colSpan={columnCount} className={styles['quiet']}>
        {text}
      </td>
    </tr>
  );
}

function Head({ route, queued, onRebalance }: Omit<Props, 'onEdit'> & { queued: number }): ReactNode {
  const t = useText();
  const { count } = useFormats();
  const { canManage, kind } = useSession();
  const { name, id, match, tenantId, balancing, enabled } = route;
  return (
    <div className={styles['head']}>
      <span className={styles['name']}>
        <bdi>{name === '' ? id : name}</bdi>
      </span>
      <span className={styles['quiet']}>
        {kind !== 'apiKey' && (
          <>
            <ResourceName kind="tenant" tenantId={tenantId} id={tenantId} />
            {' · '}
          </>
        )}
        <bdi>
          {match.host}
          {match.path}
        </bdi>
        {' · '}
        {t(balancings[balancing])}
        {!enabled && ` · ${t('upstreams.disabled')}`}
        {queued > 0 && ` · ${t('upstreams.queued', { count: count(queued) })}`}
      </span>
      <span className={styles['rebalance']}>
        <Rebalance route={route} />
        {canManage && route.upstreams.length > 1 && (
          <Button
            look="quiet"
            aria-label={t('upstreams.rebalanceOf', { route: name === '' ? id : name })}
            onPress={() => onRebalance(route)}
          >
            {t('upstreams.rebalance')}
          </Button>
        )}
      </span>
    </div>
  );
}

/** The progress of a running rebalance, and the way to stop it. */
function Rebalance({ route }: { route: Route }): ReactNode {
  const t = useText();
  const { count } = useFormats();
  const { canManage } = useSession();
  const { data } = useRebalanceState(route);
  const stop = useStopRebalance(route);
  if (!data?.isRunning) return null;
  return (
    <>
      <Progress label={t('upstreams.progress')} value={data.total - data.remaining} max={data.total}>
        {t('upstreams.remaining', { remaining: count(data.remaining), total: count(data.total) })}
      </Progress>
      {canManage && (
        <Button look="quiet" isPending={stop.isPending} onPress={() => stop.mutate()}>
          {t('upstreams.stop')}
        </Button>
      )}
    </>
  );
}

function sum(queues: readonly { requests: number }[]): number {
  return queues.reduce((total, { requests }) => total + requests, 0);
}
