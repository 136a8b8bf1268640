import type { ReactNode } from 'react';
import { useText, type MessageKey } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Status, type Tone } from '../parts/status.js';
import { useFormats } from '../parts/use-formats.js';
import { stateTexts } from './upstream-dialog.js';
import type { RouteUpstream, UpstreamHealth } from './use-upstreams.js';
import styles from './upstreams-page.module.css';

interface Props {
  upstream: RouteUpstream;
  /** Null: it may not be changed. */
  onEdit: ((upstream: RouteUpstream) => void) | null;
}

/** An upstream: the worst health first, since it needs attention. */
export function UpstreamRow({ upstream, onEdit }: Props): ReactNode {
  const t = useText();
  const formats = useFormats();
  const { url, state, weight, backup, maxConnections, maxPending } = upstream;
  const health = [...upstream.health].sort((a, b) => severity[b.state] - severity[a.state]);
  const total = (field: 'connections' | 'pending'): number =>
    health.reduce((sum, observed) => sum + observed[field], 0);
  const ofMax = (value: number, max: number | null): string =>
    max === null ? formats.count(value) : `${formats.count(value)} / ${formats.count(max)}`;
  return (
    <tr data-state={state}>
      <td className={styles['url']}>
        <bdi>{url}</bdi>
        {backup && <span className={styles['quiet']}> {t('upstreams.backup')}</span>}
      </td>
      <td>{t(stateTexts[state])}</td>
      <td>
        <Lines health={health} show={(observed) => <Health observed={observed} />} />
      </td>
      <td>
        <Lines
          health={health}
          show={({ since }) => (
            <span title={formats.dateTime(Date.parse(since))}>
              {formats.duration(Date.now() - Date.parse(since))}
            </span>
          )}
        />
      </td>
      <td>
        <Lines health={health} show={(observed) => <Probe observed={observed} />} />
      </td>
      <td data-number>{formats.count(weight)}</td>
      <td data-number>{ofMax(total('connections'), maxConnections)}</td>
      <td data-number>{ofMax(total('pending'), maxPending)}</td>
      {onEdit !== null && (
        <td data-number className={styles['action']}>
          <Button look="quiet" aria-label={t('upstreams.editOf', { url })} onPress={() => onEdit(upstream)}>
            {t('upstreams.edit')}
          </Button>
        </td>
      )}
    </tr>
  );
}

const severity: Readonly<Record<UpstreamHealth['state'], number>> = {
  unhealthy: 3,
  ejected: 2,
  unknown: 1,
  healthy: 0,
};

interface LinesProps {
  health: readonly UpstreamHealth[];
  show: (observed: UpstreamHealth) => ReactNode;
}

/** One line for each gateway, and for each address that discovery has found. */
function Lines({ health, show }: LinesProps): ReactNode {
  return health.map((observed) => (
    <div key={`${observed.gatewayId} ${observed.discoveredUrl ?? ''}`} className={styles['line']}>
      {show(observed)}
    </div>
  ));
}

const healths: Readonly<Record<UpstreamHealth['state'], { tone: Tone; text: MessageKey }>> = {
  healthy: { tone: 'good', text: 'upstreams.health.healthy' },
  unknown: { tone: 'idle', text: 'upstreams.health.unknown' },
  ejected: { tone: 'warning', text: 'upstreams.health.ejected' },
  unhealthy: { tone: 'danger', text: 'upstreams.health.unhealthy' },
};

function Health({
  observed: { state, why, gatewayId, discoveredUrl },
}: {
  observed: UpstreamHealth;
}): ReactNode {
  const t = useText();
  const { tone, text } = healths[state];
  return (
    <span title={gatewayId}>
      <Status tone={tone}>{t(text)}</Status>
      {(why ?? discoveredUrl) !== null && (
        <span className={styles['quiet']}>
          {' '}
          <bdi>{[discoveredUrl, why].filter((part) => part !== null).join(' · ')}</bdi>
        </span>
      )}
    </span>
  );
}

function Probe({ observed: { lastProbe } }: { observed: UpstreamHealth }): ReactNode {
  const t = useText();
  const formats = useFormats();
  if (lastProbe === null) return <span className={styles['quiet']}>{t('upstreams.noProbe')}</span>;
  const { at, ok, detail, durationMs } = lastProbe;
  const ago = formats.duration(Date.now() - Date.parse(at));
  return (
    <span data-failed={!ok || undefined} className={styles['probe']}>
      {formats.milliseconds(durationMs)} · <bdi>{detail}</bdi>{' '}
      <span className={styles['quiet']}>{t('upstreams.ago', { duration: ago })}</span>
    </span>
  );
}
