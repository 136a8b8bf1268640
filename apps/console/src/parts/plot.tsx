import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useThemeChanges } from './use-theme-changes.js';
import { useFormats } from './use-formats.js';
import styles from './plot.module.css';

export interface PlotLine {
  id: string;
  text: string;
  color: 'accent' | 'second' | 'danger';
  /** A value for each time; null: not known. */
  values: readonly (number | null)[];
}

interface Props {
  label: string;
  /** Seconds since 1970. */
  times: readonly number[];
  lines: readonly PlotLine[];
  format: (value: number) => string;
  /** Plots with the same key show the same time under the pointer. */
  group: string;
}

/** Lines over time, with their last values, or those under the pointer. */
export function Plot(props: Props): ReactNode {
  const { label, times, lines, format } = props;
  const { time } = useFormats();
  const host = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLUListElement>(null);
  const index = usePlot(host, legend, props);
  const at = index ?? times.length - 1;
  const moment = times[at];
  return (
    <figure className={styles['figure']}>
      <div ref={host} className={styles['plot']} role="img" aria-label={`${label}: ${summaryOf(props)}`} />
      <figcaption className={styles['caption']}>
        <ul ref={legend} className={styles['legend']}>
          {lines.map(({ id, text, color, values }) => {
            const value = values[at] ?? null;
            return (
              <li key={id}>
                <span className={styles['swatch']} data-color={color} />
                {text} <strong>{value === null ? '—' : format(value)}</strong>
              </li>
            );
          })}
        </ul>
        <span className={styles['time']}>{moment === undefined ? '' : time(moment * 1000)}</span>
      </figcaption>
    </figure>
  );
}

function summaryOf({ lines, format }: Props): string {
  return lines
    .map(({ text, values }) => {
      const last = values.at(-1) ?? null;
      return `${text} ${last === null ? '—' : format(last)}`;
    })
    .join(', ');
}

const height = 132;

/** Keeps a plot in the host element; returns the index under the pointer. */
function usePlot(
  host: RefObject<HTMLDivElement | null>,
  legend: RefObject<HTMLUListElement | null>,
  { times, lines, format, group }: Props,
): number | null {
  const [index, setIndex] = useState<number | null>(null);
  const plot = useRef<uPlot | null>(null);
  const formats = useFormats();
  const latest = useRef({ format, time: formats.time });
  latest.current = { format, time: formats.time };
  const count = lines.length;
  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const colorOf = (line: number): string => swatchColor(legend.current, line);
    const options = optionsOf({ element, count, group, colorOf, latest, onIndex: setIndex });
    const created = new uPlot({ ...options, width: element.clientWidth, height }, [[]], element);
    plot.current = created;
    const resized = new ResizeObserver(() => created.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      created.destroy();
      plot.current = null;
    };
  }, [host, legend, count, group]);
  useEffect(() => {
    plot.current?.setData([[...times], ...lines.map(({ values }) => [...values])]);
  }, [times, lines, count]);
  useThemeChanges(() => plot.current?.redraw(false, true));
  return index;
}

interface PlotInput {
  element: HTMLElement;
  count: number;
  group: string;
  colorOf: (line: number) => string;
  latest: RefObject<{ format: (value: number) => string; time: (epochMs: number) => string }>;
  onIndex: (index: number | null) => void;
}

function optionsOf({
  element,
  count,
  group,
  colorOf,
  latest,
  onIndex,
}: PlotInput): Omit<uPlot.Options, 'width' | 'height'> {
  const font = `11px ${getComputedStyle(element).fontFamily}`;
  const axis = {
    font,
    stroke: () => getComputedStyle(element).color,
    grid: { stroke: () => getComputedStyle(element).borderTopColor, width: 1 },
    ticks: { show: false },
  };
  return {
    legend: { show: false },
    // On the right there is room for half of the last time.
    padding: [8, 28, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: group }, points: { size: 6 } },
    scales: {
      y: { range: (_plot, _min, max) => [0, uPlot.rangeNum(0, Math.max(max, 1), 0.1, true)[1] ?? 1] },
    },
    axes: [
      {
        ...axis,
        size: 24,
        space: 84,
        values: (_plot, splits) => splits.map((at) => latest.current.time(at * 1000)),
      },
      {
        ...axis,
        size: 64,
        space: 32,
        values: (_plot, splits) => splits.map((value) => latest.current.format(value)),
      },
    ],
    series: [
      {},
      ...Array.from({ length: count }, (_, line) => ({
        stroke: () => colorOf(line),
        fill: () => `color-mix(in srgb, ${colorOf(line)} 12%, transparent)`,
        width: 1.5,
        points: { show: false },
      })),
    ],
    hooks: { setCursor: [({ cursor }) => onIndex(cursor.idx ?? null)] },
  };
}

// A canvas knows no variables of CSS, but the swatch beside the name of the line has its colour.
function swatchColor(legend: HTMLElement | null, line: number): string {
  const swatch = legend?.querySelectorAll('[data-color]').item(line);
  return swatch ? getComputedStyle(swatch).backgroundColor : 'currentcolor';
}
