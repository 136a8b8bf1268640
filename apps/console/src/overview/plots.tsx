import { useMemo, type ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Panel } from '../parts/panel.js';
import { Plot, type PlotLine } from '../parts/plot.js';
import { useFormats } from '../parts/use-formats.js';
import type { Overview } from './use-overview.js';
import styles from './overview-page.module.css';

// Gateways record in ticks, the steps of the shortest window.
const tickSeconds = 2;

type Values = readonly (number | null)[];

interface Figure {
  title: string;
  /** The number of the whole window. */
  total: string;
  /** What the total counts. */
  unit: string;
  lines: PlotLine[];
  format: (value: number) => string;
}

/** Connections, handshakes, messages and bytes, each over time. */
export function Plots({ overview }: { overview: Overview }): ReactNode {
  const times = useMemo(() => timesOf(overview), [overview]);
  const figures = useFigures(overview);
  return (
    <div className={styles['plots']}>
      {figures.map(({ title, total, unit, lines, format }) => (
        <Panel
          key={title}
          title={title}
          actions={
            <span>
              <strong className={styles['total']}>{total}</strong> {unit}
            </span>
          }
        >
          <Plot label={title} times={times} lines={lines} format={format} group="overview" />
        </Panel>
      ))}
    </div>
  );
}

function useFigures(overview: Overview): readonly Figure[] {
  const t = useText();
  const formats = useFormats();
  return useMemo(() => {
    const { series, total, refusals } = overview;
    const speed = (values: Values): Values => speedOf(values, overview);
    const perSecond = (text: string): string => t('overview.perSecond', { value: text });
    const rate = (value: number): string => perSecond(formats.rate(value));
    const sides = (clients: Values, upstreams: Values): PlotLine[] => [
      line('clients', t('overview.fromClients'), 'accent', speed(clients)),
      line('upstreams', t('overview.fromUpstreams'), 'second', speed(upstreams)),
    ];
    return [
      {
        title: t('overview.connections'),
        total: formats.count(total.connections),
        unit: t('overview.now'),
        lines: [line('live', t('overview.live'), 'accent', series.connections)],
        format: formats.count,
      },
      {
        title: t('overview.handshakes'),
        total: formats.count(total.handshakes),
        unit: t('overview.joinedAndRefused', { refused: formats.count(total.refusals) }),
        lines: [
          line('joined', t('overview.joined'), 'accent', speed(series.handshakes)),
          line('refused', t('overview.refused'), 'danger', speed(sumOf(refusals, series.handshakes))),
        ],
        format: rate,
      },
      {
        title: t('overview.messages'),
        total: formats.count(total.messages),
        unit: t('overview.inWindow'),
        lines: sides(series.messagesFromClients, series.messagesFromUpstreams),
        format: rate,
      },
      {
        title: t('overview.bytes'),
        total: formats.bytes(total.bytes),
        unit: t('overview.inWindow'),
        lines: sides(series.bytesFromClients, series.bytesFromUpstreams),
        format: (value) => perSecond(formats.bytes(value)),
      },
    ];
  }, [overview, formats, t]);
}

function line(id: string, text: string, color: PlotLine['color'], values: Values): PlotLine {
  return { id, text, color, values };
}

// The last step is under way.
function speedOf(values: Values, { stepSeconds, lastStepSeconds }: Overview): Values {
  const last = values.length - 1;
  return values.map((value, step) => value && value / (step === last ? lastStepSeconds : stepSeconds));
}

/** The refusals with every code; unknown where the handshakes are. */
function sumOf(refusals: Overview['refusals'], known: Values): Values {
  const sumAt = (step: number): number => refusals.reduce((sum, { values }) => sum + (values[step] ?? 0), 0);
  return known.map((value, step) => (value === null ? null : sumAt(step)));
}

/** The end of each step so far, in seconds since 1970. */
function timesOf({ until, stepSeconds, lastStepSeconds, series }: Overview): readonly number[] {
  const tick = Math.floor(Date.parse(until) / 1000 / tickSeconds) * tickSeconds;
  const last = series.connections.length - 1;
  const lastWhole = tick - lastStepSeconds;
  return series.connections.map((_, step) =>
    step === last ? tick : lastWhole - (last - 1 - step) * stepSeconds,
  );
}
