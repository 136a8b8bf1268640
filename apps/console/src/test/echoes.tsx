import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import type { LoggedMessage } from './conversation.js';

// The library of the plot is loaded with the first of them.
const EchoPlot = lazy(async () => ({ default: (await import('./echo-plot.js')).EchoPlot }));
const maxEchoes = 500;

/** The latency of echoes as a plot, once there is more than one. */
export function Echoes({ messages }: { messages: readonly LoggedMessage[] }): ReactNode {
  const echoes = useMemo(
    () => messages.filter(({ echoMs }) => echoMs !== null).slice(-maxEchoes),
    [messages],
  );
  if (echoes.length < 2) return null;
  return (
    <Suspense>
      <EchoPlot echoes={echoes} />
    </Suspense>
  );
}
