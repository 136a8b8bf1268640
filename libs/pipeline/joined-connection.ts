import type { LiveConnection, LiveToken } from '#libs/connections';
import type { KeySource, PublishedApiKey, PublishedRoute, PublishedTenant } from '#libs/contract';
import type { Slot } from '#libs/limits';
import type { Tunnel, TunnelEnd, TunnelListener } from '#libs/tunnel';
import type { UpstreamState } from '#libs/upstreams';
import type { AdmittedRequest } from './admission.js';

/** What a connection keeps of its request and of the upstream's answer. */
export interface KeptParts {
  id: string;
  clientAddress: string;
  upstreamUrl: string;
  /** Where it is counted as live; null if nowhere. */
  upstreamState: UpstreamState | null;
  origin: string | null;
  subprotocol: string | null;
  negotiatedExtensions: string | null;
  /** As they were matched. */
  host: string;
  path: string;
  /** By `performance.now()`. */
  startedAtMs: number;
}

/** What is done when a connection has ended. */
export interface JoinedConnectionOwner {
  onEnded(connection: JoinedConnection, end: TunnelEnd): void;
}

/**
 * A connection, in one object from its join to its end. Thousands of idle ones are kept, and closures and
 * separate objects for its parts took three times the memory. The request and the attempt must not be among
 * its fields.
 */
export class JoinedConnection implements LiveConnection, TunnelListener {
  readonly id: string;
  readonly tenant: PublishedTenant;
  readonly route: PublishedRoute;
  readonly apiKey: PublishedApiKey | null;
  readonly keyPrefix: string | null;
  readonly token: LiveToken | null;
  readonly credentialSource: KeySource | null;
  readonly origin: string | null;
  readonly hasClientCertificate: boolean;
  readonly clientAddress: string;
  readonly upstreamUrl: string;
  readonly upstreamState: UpstreamState | null;
  readonly subprotocol: string | null;
  readonly negotiatedExtensions: string | null;
  readonly host: string;
  readonly path: string;
  /** By `performance.now()`, rounded: V8 keeps an integer without an object. */
  readonly startedAtMs: number;
  readonly slot: Slot;
  readonly tunnel: Tunnel;

  /** `join` makes the tunnel. */
  constructor(
    private readonly owner: JoinedConnectionOwner,
    admitted: AdmittedRequest,
    parts: KeptParts,
    join: (listener: TunnelListener) => Tunnel,
  ) {
    this.id = parts.id;
    this.tenant = admitted.tenant;
    this.route = admitted.route;
    this.apiKey = admitted.apiKey;
    this.keyPrefix = admitted.keyPrefix;
    this.token = admitted.token;
    this.credentialSource = admitted.credentialSource;
    this.origin = parts.origin;
    this.hasClientCertificate = admitted.hasClientCertificate;
    this.clientAddress = parts.clientAddress;
    this.upstreamUrl = parts.upstreamUrl;
    this.upstreamState = parts.upstreamState;
    this.subprotocol = parts.subprotocol;
    this.negotiatedExtensions = parts.negotiatedExtensions;
    this.host = parts.host;
    this.path = parts.path;
    this.startedAtMs = Math.round(parts.startedAtMs);
    this.slot = admitted.slot;
    this.tunnel = join(this);
  }

  get listedUpstreamUrl(): string {
    return this.upstreamState?.settings.url ?? this.upstreamUrl;
  }

  onEnd(end: TunnelEnd): void {
    this.owner.onEnded(this, end);
  }
}
