import { useMemo, type ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { Panel } from '../parts/panel.js';
import { Plot } from '../parts/plot.js';
import { useFormats } from '../parts/use-formats.js';
import type { LoggedMessage } from './conversation.js';

/** The latency of the last echoes over time. */
export function EchoPlot({ echoes }: { echoes: readonly LoggedMessage[] }): ReactNode {
  const t = useText();
  const { milliseconds } = useFormats();
  const times = useMemo(() => echoes.map(({ at }) => at / 1000), [echoes]);
  const values = useMemo(() => echoes.map(({ echoMs }) => echoMs), [echoes]);
  const title = t('test.echoes');
  return (
    <Panel title={title}>
      <Plot
        label={title}
        times={times}
        lines={[{ id: 'echo', text: t('test.fact.latency'), color: 'accent', values }]}
        format={milliseconds}
        group="echoes"
      />
    </Panel>
  );
}
