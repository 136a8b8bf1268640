import { availableParallelism } from 'node:os';
import { defineChoice, defineInteger, defineSetting } from '../setting.js';
import { readText, type Environment } from '../setting-readers.js';
import { SettingsError } from '../settings-error.js';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const engineChoices = ['auto', 'native', 'typescript'] as const;

const maxMetricsLabels = 4;
// The contract has the same rule; a test of the metrics holds the two equal.
const labelName = /^[a-z0-9](?:[a-z0-9._/-]{0,61}[a-z0-9])?$/;
const expectedLabels = `up to ${maxMetricsLabels} names of labels, separated by commas, that differ in letters or digits`;

const maxWorkers = 256;
const expectedWorkers = `auto or a whole number from 1 to ${maxWorkers}`;

export const drainSeconds = defineInteger(
  { fallback: 30, minimum: 0, maximum: 86_400 },
  {
    name: 'SLUICE_DRAIN_SECONDS',
    readBy: ['gateway'],
    summary: 'The period over which a gateway that stops closes its connections.',
    unit: 'seconds; 0: all at once',
    example: '300',
    details: `A route with \`onChange: "drain"\` closes its connections over the same period.
\`npm start\` sets 5.`,
  },
);

export const gatewayWorkers = defineSetting(
  {
    name: 'SLUICE_GATEWAY_WORKERS',
    readBy: ['gateway'],
    summary:
      'How many gateways `npm run start:gateway` runs, each in a separate process, on the same addresses.',
    default: '`1`',
    expected: expectedWorkers,
    example: 'auto',
    details: `\`auto\` is one for each processor: [Workers](operations/workers.md).
\`npm start\` is one process and refuses any other value than 1.
Bounds of one process apply to each worker: \`SLUICE_MAX_PENDING…\`, \`SLUICE_MAX_WAITING_DIALS…\`, message rates, failed credentials.
With four workers, four times as many sockets may be pending in all.`,
  },
  readWorkers,
);

export const engine = defineChoice(engineChoices, 'auto', {
  name: 'SLUICE_ENGINE',
  readBy: ['gateway'],
  summary: 'The implementation that relays connections: the native engine, or TypeScript.',
  example: 'native',
  details: `\`native\` is the native engine; a gateway without it does not start.
\`typescript\` behaves the same and takes more processor time.
\`auto\` is the native engine if it is available, or else TypeScript; the gateway then logs a warning with the reason.
\`/readyz\` names the implementation in use.`,
});

export const logLevel = defineChoice(logLevels, 'info', {
  name: 'SLUICE_LOG_LEVEL',
  readBy: ['API', 'gateway', 'echo upstream'],
  summary: 'The lowest level that is logged.',
  example: 'warn',
  details: `The records of connections are \`info\`.
\`npm start\` sets \`warn\`.`,
});

export const metricsLabels = defineSetting(
  {
    name: 'SLUICE_METRICS_LABELS',
    readBy: ['gateway'],
    summary: 'The labels of routes and tenants by which metrics are also counted.',
    default: 'none',
    expected: expectedLabels,
    example: 'env,example.com/team',
    details: `The metrics \`sluice_labelled_…\` have the label \`label_env\` for \`env\`, and \`label_example_com_team\` for \`example.com/team\`.
The value is that of the route, or else that of its tenant, or else empty.
The usage is added when it is reported, every 30 seconds.
Beyond 1,000 combinations of values, further ones are counted together as \`other\`.`,
  },
  readLabelNames,
);

function readLabelNames(environment: Environment, name: string): string[] {
  const text = readText(environment, name);
  if (text === undefined) return [];
  const labels = text.split(',').map((part) => part.trim());
  const inMetrics = new Set(labels.map((label) => label.replaceAll(/[^a-z0-9]/g, '_')));
  const areNames = labels.every((label) => labelName.test(label));
  if (areNames && inMetrics.size === labels.length && labels.length <= maxMetricsLabels) return labels;
  throw new SettingsError(name, `expected ${expectedLabels}`);
}

function readWorkers(environment: Environment, name: string): number {
  const text = readText(environment, name) ?? '1';
  const count =
    text === 'auto' ? Math.min(availableParallelism(), maxWorkers) : Number(/^[0-9]{1,3}$/.exec(text)?.[0]);
  if (count >= 1 && count <= maxWorkers) return count;
  throw new SettingsError(name, `expected ${expectedWorkers}`);
}
