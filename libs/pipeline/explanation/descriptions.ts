import type { Explanation, PublishedApiKey, PublishedRoute } from '#libs/contract';
import { parseApiKey } from '#libs/credentials';
import type { RequestMessage } from '#libs/handshake';
import type { LimitReadings } from '#libs/limits';
import { pathParametersOf, type Configuration } from '#libs/routing';
import type { DialPreview, UpstreamState } from '#libs/upstreams';
import type { Attempt } from '../attempt.js';
import { presentedCredential } from '../authentication.js';
import type { PresentedCredential } from '../checks/presented-credential.js';
import type { Refusal } from '../refusal.js';
import { protocolsFor } from '../upstream-request-for.js';

type Part<Name extends keyof Explanation> = NonNullable<Explanation[Name]>;

export function describeRequest(request: RequestMessage): Part<'request'> {
  const { host, path, origins } = request;
  return { host, path, origins, subprotocols: protocolsFor(request) };
}

export function describeRoute({ id, name, match }: PublishedRoute, { path }: RequestMessage): Part<'route'> {
  const parameters = Object.fromEntries(pathParametersOf(match, path));
  return { id, name, host: match.host, path: match.path, pathType: match.pathType, parameters };
}

/** Says where the credential is and which key it proves, never its value. */
export function describeCredential(
  configuration: Pick<Configuration, 'apiKeyByPrefix'>,
  {
    request,
    route,
    attempt,
    refusal,
  }: {
    request: RequestMessage;
    route: PublishedRoute;
    attempt: Pick<Attempt, 'apiKey'>;
    refusal: Refusal | null;
  },
): Part<'credential'> {
  const presented = presentedCredential(request, route);
  const credential = presented.ok ? presented.credential : null;
  const key = attempt.apiKey ?? refusedKey(configuration, credential, refusal);
  return {
    mode: route.auth.mode,
    kind: credential?.kind ?? null,
    source: credential?.source ?? null,
    keyId: key?.id ?? null,
    keyName: key?.name ?? null,
    scopes: key ? [...key.scopes] : null,
    routeIds: key?.routeIds ?? null,
  };
}

// Only a key whose secret was proved is expired or forbidden; any other is invalid.
function refusedKey(
  configuration: Pick<Configuration, 'apiKeyByPrefix'>,
  credential: PresentedCredential | null,
  refusal: Refusal | null,
): PublishedApiKey | null {
  const isProved = refusal?.code === 'key_expired' || refusal?.code === 'key_forbidden';
  if (!isProved || credential?.kind !== 'apiKey') return null;
  const parsed = parseApiKey(credential.value);
  return parsed && configuration.apiKeyByPrefix(parsed.prefix);
}

export function describeLimits({ rate, counts }: LimitReadings): Part<'limits'> {
  return {
    connectRate: rate,
    connections: counts.map(({ kind, count, limit }) => ({ limit: kind, count, ceiling: limit })),
  };
}

export function describeUpstreams(
  upstreams: readonly UpstreamState[],
  order: readonly UpstreamState[],
  previews: readonly DialPreview[] = [],
): Part<'upstreams'> {
  // One that is no longer listed may take a returning client.
  const others = order.filter((upstream) => !upstreams.includes(upstream));
  return [...upstreams, ...others].map((upstream) => {
    const { id, endpoint, settings, health, live, isFull } = upstream;
    const turn = order.indexOf(upstream);
    const preview = previews.find((one) => one.endpoint === endpoint);
    return {
      id,
      url: endpoint.url,
      state: settings.state,
      weight: settings.weight,
      backup: settings.backup,
      health: health.state,
      connections: live,
      isFull,
      turn: turn === -1 ? null : turn,
      addresses: preview
        ? preview.addresses.map(({ address, isAllowed }) => ({ address, allowed: isAllowed }))
        : null,
    };
  });
}
