import { explainedSteps, type ExplainedStep, type Explanation } from '#libs/contract';
import { exampleIds as ids } from './example-ids.js';

/** The answer to the example of `POST /v1/explain`. */
export const explanation: Explanation & { gatewayId: string } = {
  gatewayId: ids.gateway,
  verdict: {
    allowed: false,
    status: 403,
    code: 'origin_forbidden',
    detail: 'this origin is not in the list of the route',
    cause: null,
    limit: null,
    retryAfterSeconds: null,
  },
  steps: refusedAt('origin'),
  request: {
    host: 'chat.acme.example',
    path: '/socket',
    origins: ['https://evil.example'],
    subprotocols: [],
  },
  route: {
    id: ids.route,
    name: 'chat',
    host: 'chat.acme.example',
    path: '/socket',
    pathType: 'prefix',
    parameters: {},
  },
  tenant: {
    id: ids.tenant,
    slug: 'acme',
    status: 'active',
  },
  credential: {
    mode: 'apiKey',
    kind: null,
    source: null,
    keyId: null,
    keyName: null,
    scopes: null,
    routeIds: null,
  },
  limits: null,
  upstreams: null,
  upstreamRequest: null,
};

function refusedAt(refused: ExplainedStep): Explanation['steps'] {
  const end = explainedSteps.indexOf(refused);
  return explainedSteps.map((step, index) => {
    if (index < end) return { step, outcome: 'passed' };
    return { step, outcome: index === end ? 'refused' : 'notReached' };
  });
}
