import type { LiveConnection, LiveToken } from '#libs/connections';
import type { KeySource, PublishedApiKey, PublishedRoute, PublishedTenant } from '#libs/contract';
import type { Slot } from '#libs/limits';
import type { ConnectionLanes, Tunnel, TunnelEnd, TunnelListener } from '#libs/tunnel';
import type { UpstreamState } from '#libs/upstreams';
import type { AdmittedRequest } from './admission.js';
import type { ConnectionTerms } from './shared-terms.js';

/** The parts of the request that only this connection has. */
export interface OwnParts {
  id: string;
  clientAddress: string;
  /** The path in the form that was matched. */
  path: string;
  /** By `performance.now()`. */
  startedAtMs: number;
}

/** Handles the end of a connection. */
export interface JoinedConnectionOwner {
  onEnded(connection: JoinedConnection, end: TunnelEnd): void;
}

/**
 * A joined connection as a single object. A gateway holds thousands of idle ones, and closures and separate
 * objects took three times the memory. For the same reason it must not refer to the request or the attempt.
 */
export class JoinedConnection implements LiveConnection, TunnelListener {
  readonly id: string;
  readonly clientAddress: string;
  readonly path: string;
  readonly apiKey: PublishedApiKey | null;
  readonly keyPrefix: string | null;
  readonly token: LiveToken | null;
  /** By `performance.now()`, rounded: V8 keeps an integer without an object. */
  readonly startedAtMs: number;
  readonly slot: Slot;
  lanes: ConnectionLanes;
  readonly tunnel: Tunnel;

  /** `join` creates the tunnel. */
  constructor(
    private readonly owner: JoinedConnectionOwner,
    private readonly terms: ConnectionTerms,
    { authenticated, slot }: Pick<AdmittedRequest, 'authenticated' | 'slot'>,
    parts: OwnParts,
    lanes: ConnectionLanes,
    join: (listener: TunnelListener) => Tunnel,
  ) {
    this.id = parts.id;
    this.clientAddress = parts.clientAddress;
    this.path = parts.path;
    this.apiKey = authenticated.apiKey;
    this.keyPrefix = authenticated.keyPrefix;
    this.token = authenticated.token;
    this.startedAtMs = Math.round(parts.startedAtMs);
    this.slot = slot;
    this.lanes = lanes;
    this.tunnel = join(this);
  }

  get tenant(): PublishedTenant {
    return this.terms.tenant;
  }

  get route(): PublishedRoute {
    return this.terms.route;
  }

  get credentialSource(): KeySource | null {
    return this.terms.credentialSource;
  }

  get origin(): string | null {
    return this.terms.origin;
  }

  get hasClientCertificate(): boolean {
    return this.terms.hasClientCertificate;
  }

  get httpVersion(): string {
    return this.terms.httpVersion;
  }

  get host(): string {
    return this.terms.host;
  }

  get upstreamUrl(): string {
    return this.terms.upstreamUrl;
  }

  get upstreamState(): UpstreamState | null {
    return this.terms.upstreamState;
  }

  get listedUpstreamUrl(): string {
    return this.upstreamState?.settings.url ?? this.upstreamUrl;
  }

  get subprotocol(): string | null {
    return this.terms.subprotocol;
  }

  get negotiatedExtensions(): string | null {
    return this.terms.negotiatedExtensions;
  }

  onEnd(end: TunnelEnd): void {
    this.owner.onEnded(this, end);
  }
}
