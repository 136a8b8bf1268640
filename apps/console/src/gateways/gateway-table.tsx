import type { ReactNode } from 'react';
import { useText, type MessageKey } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Progress } from '../parts/progress.js';
import { Status, type Tone } from '../parts/status.js';
import { useFormats } from '../parts/use-formats.js';
import { useSession } from '../session/use-session.js';
import type { Gateway } from './use-gateways.js';
import styles from './gateway-table.module.css';
import table from '../parts/table.module.css';

interface Props {
  gateways: readonly Gateway[];
  revision: number;
  /** Asks whether to drain the gateway, or to take its drain back. */
  onDrain: (gateway: Gateway) => void;
}

export function GatewayTable({ gateways, revision, onDrain }: Props): ReactNode {
  const t = useText();
  const { canManage } = useSession();
  return (
    <div className={table['scroller']} tabIndex={0} role="group" aria-label={t('gateways.title')}>
      <table className={`${table['table']} ${styles['gateways']}`}>
        <thead>
          <tr>
            <th scope="col">{t('gateways.gateway')}</th>
            <th scope="col">{t('gateways.state')}</th>
            <th scope="col">{t('gateways.revision')}</th>
            <th scope="col" data-number>
              {t('gateways.connections')}
            </th>
            <th scope="col">{t('gateways.version')}</th>
            <th scope="col" data-number>
              {t('gateways.uptime')}
            </th>
            <th scope="col" data-number>
              {t('gateways.lastSeen')}
            </th>
            {canManage && (
              <th scope="col">
                <span className="visually-hidden">{t('gateways.actions')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {gateways.map((gateway) => (
            <Row
              key={gateway.id}
              gateway={gateway}
              revision={revision}
              onDrain={canManage ? onDrain : null}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  gateway: Gateway;
  revision: number;
  onDrain: Props['onDrain'] | null;
}

function Row({ gateway, revision, onDrain }: RowProps): ReactNode {
  const t = useText();
  const formats = useFormats();
  const { id, supervisorId, connections, version, startedAt, lastSeenAt, state, drain } = gateway;
  const now = Date.now();
  return (
    <tr>
      <td>
        <div className={table['id']}>{id}</div>
        {supervisorId !== null && (
          <div className={table['quiet']}>{t('gateways.worker', { supervisor: supervisorId })}</div>
        )}
      </td>
      <td>
        <State gateway={gateway} />
      </td>
      <td>
        <Revision applied={gateway.appliedRevision} newest={revision} />
      </td>
      <td data-number>{formats.count(connections)}</td>
      <td>
        <bdi>{version}</bdi>
      </td>
      <td data-number title={formats.dateTime(Date.parse(startedAt))}>
        {formats.duration(now - Date.parse(startedAt))}
      </td>
      <td data-number title={formats.dateTime(Date.parse(lastSeenAt))}>
        {t('gateways.ago', { duration: formats.duration(now - Date.parse(lastSeenAt)) })}
      </td>
      {onDrain && (
        <td className={styles['action']}>
          {state !== 'stale' && (
            <Button
              look={drain === null ? 'danger' : 'plain'}
              aria-label={t(drain === null ? 'gateways.drainOf' : 'gateways.undrainOf', { id })}
              onPress={() => onDrain(gateway)}
            >
              {t(drain === null ? 'gateways.drain' : 'gateways.undrain')}
            </Button>
          )}
        </td>
      )}
    </tr>
  );
}

const states: Readonly<Record<Gateway['state'], { tone: Tone; text: MessageKey }>> = {
  starting: { tone: 'warning', text: 'gateways.state.starting' },
  ready: { tone: 'good', text: 'gateways.state.ready' },
  refusing: { tone: 'danger', text: 'gateways.state.refusing' },
  draining: { tone: 'warning', text: 'gateways.state.draining' },
  stale: { tone: 'idle', text: 'gateways.state.stale' },
};

function State({ gateway: { state, refusal, drain } }: { gateway: Gateway }): ReactNode {
  const t = useText();
  const formats = useFormats();
  const { tone, text } = states[state];
  return (
    <>
      <Status tone={tone}>{t(text)}</Status>
      {refusal !== null && (
        <div className={table['quiet']}>
          <bdi>{refusal}</bdi>
        </div>
      )}
      {drain !== null && (
        <Progress label={t('gateways.progress')} value={drain.total - drain.remaining} max={drain.total}>
          {t('gateways.remaining', {
            remaining: formats.count(drain.remaining),
            total: formats.count(drain.total),
            left: formats.duration(Date.parse(drain.startedAt) + drain.periodMs - Date.now()),
          })}
        </Progress>
      )}
    </>
  );
}

function Revision({ applied, newest }: { applied: number | null; newest: number }): ReactNode {
  const t = useText();
  const { count } = useFormats();
  if (applied === null) return <span className={table['quiet']}>{t('gateways.noRevision')}</span>;
  return (
    <>
      <span>{count(applied)}</span>{' '}
      <span className={styles['applied']} data-behind={applied < newest || undefined}>
        {applied < newest ? t('gateways.behind', { count: count(newest - applied) }) : t('gateways.newest')}
      </span>
    </>
  );
}
