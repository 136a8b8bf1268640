import { alignedRows } from '../command.js';
import type { Explanation } from './explanation.js';

const outcomes: Readonly<Record<string, string>> = { refused: 'REFUSED', notReached: 'not reached' };

/** The verdict, and below it a line for each step with what the gateway found in it. */
export function explanationLines(explanation: Explanation): string[] {
  const { verdict, steps, gatewayId } = explanation;
  const width = Math.max(...steps.map(({ outcome }) => wordOf(outcome).length));
  const rows = steps.map(({ step, outcome }) => {
    const findings = outcome === 'notReached' ? '' : (findingsOf[step]?.(explanation) ?? '');
    return [step, `${wordOf(outcome).padEnd(width)}  ${findings}`.trimEnd()];
  });
  return [
    verdictLine(verdict),
    ...(verdict.cause === null ? [] : [`cause: ${verdict.cause}`]),
    `gateway: ${gatewayId}`,
    '',
    ...alignedRows(rows),
  ];
}

function verdictLine({ allowed, status, code, detail }: Explanation['verdict']): string {
  if (allowed) return 'allowed: the gateway would dial an upstream';
  return `refused: ${status} ${code ?? ''}${detail === null ? '' : `: ${detail}`}`;
}

function wordOf(outcome: string): string {
  return outcomes[outcome] ?? outcome;
}

/** The findings of the gateway, for steps with more than an outcome. */
const findingsOf: Readonly<Record<string, (explanation: Explanation) => string>> = {
  parse: ({ request }) => (request === null ? '' : `host ${request.host}, path ${request.path}`),
  match: ({ route, tenant }) => {
    if (route === null || tenant === null) return '';
    return `route ${named(route.name, route.id)} of ${tenant.slug}`;
  },
  tenant: ({ tenant }) => tenant?.status ?? '',
  credential: ({ credential }) => (credential === null ? '' : credentialText(credential)),
  limits: ({ limits }) =>
    (limits?.connections ?? [])
      .map(({ limit, count, ceiling }) => `${limit} ${count ?? '?'} of ${ceiling ?? 'any number'}`)
      .join(', '),
  upstream: ({ upstreams }) => inTurn(upstreams).map(upstreamText).join(', '),
  address: ({ upstreams }) => inTurn(upstreams).flatMap(addressTexts).join(', '),
};

type Credential = NonNullable<Explanation['credential']>;
type Upstream = NonNullable<Explanation['upstreams']>[number];

function credentialText({ mode, kind, source, keyId, keyName }: Credential): string {
  if (mode === 'none') return 'none required';
  if (kind === null) return `none presented, ${mode} required`;
  const key = keyId === null ? '' : ` ${named(keyName ?? '', keyId)}`;
  return `${kind}${key} in the ${source ?? 'request'}`;
}

/** Upstreams in the order in which they are tried, and then those that are not. */
function inTurn(upstreams: Explanation['upstreams']): Upstream[] {
  const place = ({ turn }: Upstream): number => turn ?? Number.POSITIVE_INFINITY;
  return [...(upstreams ?? [])].sort((one, other) => place(one) - place(other) || 0);
}

function upstreamText({ url, state, health, isFull, turn }: Upstream): string {
  const words = [state, health, ...(isFull ? ['full'] : []), ...(turn === null ? ['not tried'] : [])];
  return `${url} (${words.join(', ')})`;
}

function addressTexts({ addresses }: Upstream): string[] {
  return (addresses ?? []).map(({ address, allowed }) => `${address} ${allowed ? 'allowed' : 'forbidden'}`);
}

function named(name: string, id: string): string {
  return name === '' ? id : `${name} (${id})`;
}
