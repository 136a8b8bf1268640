import { overviewSeries, overviewSteps } from '#libs/contract';
import { exampleIds as ids } from './example-ids.js';

const steady = (value: number): number[] => new Array<number>(overviewSteps).fill(value);
const perStep = {
  connections: 250,
  handshakes: 10,
  messagesFromClients: 400,
  messagesFromUpstreams: 600,
  bytesFromClients: 48_000,
  bytesFromUpstreams: 91_000,
};
const total = {
  connections: 250,
  handshakes: 300,
  refusals: 30,
  messages: 30_000,
  bytes: 4_170_000,
};

/** The answer of `GET /v1/overview`. */
export const overview = {
  window: '10m',
  ...{ stepSeconds: 20, lastStepSeconds: 14 },
  until: '2026-11-29T10:10:00.000Z',
  series: overviewSeries((row) => steady(perStep[row])),
  refusals: [{ code: 'key_invalid', count: 30, values: steady(1) }],
  total,
  tenants: [{ tenantId: ids.tenant, ...total }],
  isComplete: true,
  silentGateways: [],
};
