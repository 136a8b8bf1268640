import { createAddressMatcher } from '#libs/addresses';
import { hasSecret as hasSecretInTypeScript } from '#libs/credentials';
import { joinInTypeScript, type Engine } from '#libs/engine';
import { TokenVerifier } from '#libs/jwt';
import type { SliceQueue } from '#libs/async';
import type { WaitingDials } from '#libs/limits';
import { KeptConnections } from '#libs/http-proxy';
import {
  Admission,
  Explainer,
  HttpPipeline,
  Pipeline,
  RequestReviewer,
  type HttpRecord,
  type PipelineInput,
} from '#libs/pipeline';
import type { Configuration } from '#libs/routing';
import type { ReservedEndpoints, UpstreamPools } from '#libs/upstreams';
import type { Dialing } from './create-dialing.js';
import type { GatewayParts } from './gateway-options.js';

type SharedInput = Pick<
  PipelineInput,
  'registry' | 'rates' | 'wheel' | 'closeTimeoutMs' | 'onJoined' | 'onRecord'
>;

export interface CreatePipelineInput extends SharedInput {
  parts: Pick<GatewayParts, 'settings' | 'logger' | 'limiter' | 'tickets' | 'engine'>;
  configuration: Configuration;
  waitingDials: WaitingDials;
  slices: SliceQueue;
  reserved: ReservedEndpoints;
  dialing: Dialing;
  upstreams: UpstreamPools;
  isDraining: () => boolean;
  onHttpRecord: (record: HttpRecord) => void;
}

export interface CreatedPipeline {
  pipeline: Pipeline;
  /** For ordinary requests. */
  http: HttpPipeline;
  requestReviewer: RequestReviewer;
  explainer: Explainer;
  /** Stops the fetches of keys, and closes the connections to upstreams for ordinary requests. */
  stop(): void;
}

// The time for which one direction continues after the FIN of the other.
const halfOpenTimeoutMs = 30_000;

/** Creates the pipeline of a gateway, with its own token verifier. */
export function createPipeline({
  parts,
  waitingDials,
  slices,
  reserved,
  dialing,
  isDraining,
  onHttpRecord,
  ...shared
}: CreatePipelineInput): CreatedPipeline {
  const { settings, limiter, tickets, engine } = parts;
  const { addressPolicy, lookupFor } = dialing;
  const tokens = new TokenVerifier({
    policy: addressPolicy,
    // Key sets are fetched without TLS only from addresses that the operator allows.
    plainPolicy: reserved.guard({ isAllowed: createAddressMatcher(settings.upstreamAllow) }),
    lookupFor,
    logger: parts.logger,
    now: Date.now,
  });
  const { configuration, upstreams } = shared;
  const hasSecret = engine?.hasSecret ?? hasSecretInTypeScript;
  const admission = { configuration, limiter, waitingDials, tokens, tickets, hasSecret, now: Date.now };
  const { maxTargetBytes } = settings;
  const pipeline = new Pipeline({
    admission: new Admission(admission),
    maxTargetBytes,
    lookupFor,
    addressPolicy,
    halfOpenTimeoutMs,
    ...shared,
    ...socketsOf(engine),
  });
  const dials = { maxTargetBytes, lookupFor, addressPolicy, upstreams, isDraining };
  const explainer = new Explainer({ ...admission, ...dials });
  const kept = new KeptConnections();
  const requestReviewer = new RequestReviewer({
    configuration,
    slices,
    drainPeriodMs: settings.drainSeconds * 1000,
    now: Date.now,
  });
  const reviewer = requestReviewer;
  const http = new HttpPipeline({ kept, reviewer, onRecord: onHttpRecord, ...admission, ...dials });
  const stop = (): void => {
    tokens.stop();
    kept.stop();
  };
  return { pipeline, http, requestReviewer, explainer, stop };
}

function socketsOf(engine: Engine | null): Pick<PipelineInput, 'joinSockets' | 'connectPlain'> {
  if (!engine) return { joinSockets: joinInTypeScript, connectPlain: null };
  return {
    joinSockets: (input) => engine.join(input),
    connectPlain: (address, port, exchange) => engine.connect(address, port, exchange),
  };
}
