import type { LiveConnection, LiveToken } from '#libs/connections';
import type { KeySource, PublishedApiKey, PublishedRoute, PublishedTenant } from '#libs/contract';
import type { Slot } from '#libs/limits';
import type { ConnectionLanes, Tunnel, TunnelEnd, TunnelListener } from '#libs/tunnel';
import type { UpstreamState } from '#libs/upstreams';
import type { AdmittedRequest } from './admission.js';

/** The parts of the request and of the upstream's answer that a connection keeps. */
export interface KeptParts {
  id: string;
  clientAddress: string;
  httpVersion: string;
  upstreamUrl: string;
  /** The upstream that counts the connection as live; null if none does. */
  upstreamState: UpstreamState | null;
  origin: string | null;
  subprotocol: string | null;
  negotiatedExtensions: string | null;
  /** Host and path in the form that was matched. */
  host: string;
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
  readonly tenant: PublishedTenant;
  readonly route: PublishedRoute;
  readonly apiKey: PublishedApiKey | null;
  readonly keyPrefix: string | null;
  readonly token: LiveToken | null;
  readonly credentialSource: KeySource | null;
  readonly origin: string | null;
  readonly hasClientCertificate: boolean;
  readonly clientAddress: string;
  readonly httpVersion: string;
  readonly upstreamUrl: string;
  readonly upstreamState: UpstreamState | null;
  readonly subprotocol: string | null;
  readonly negotiatedExtensions: string | null;
  readonly host: string;
  readonly path: string;
  /** By `performance.now()`, rounded: V8 keeps an integer without an object. */
  readonly startedAtMs: number;
  readonly slot: Slot;
  lanes: ConnectionLanes;
  readonly tunnel: Tunnel;

  /** `join` creates the tunnel. */
  constructor(
    private readonly owner: JoinedConnectionOwner,
    { authenticated, slot }: Pick<AdmittedRequest, 'authenticated' | 'slot'>,
    parts: KeptParts,
    lanes: ConnectionLanes,
    join: (listener: TunnelListener) => Tunnel,
  ) {
    this.id = parts.id;
    this.tenant = authenticated.tenant;
    this.route = authenticated.route;
    this.apiKey = authenticated.apiKey;
    this.keyPrefix = authenticated.keyPrefix;
    this.token = authenticated.token;
    this.credentialSource = authenticated.credentialSource;
    this.origin = parts.origin;
    this.hasClientCertificate = authenticated.hasClientCertificate;
    this.clientAddress = parts.clientAddress;
    this.httpVersion = parts.httpVersion;
    this.upstreamUrl = parts.upstreamUrl;
    this.upstreamState = parts.upstreamState;
    this.subprotocol = parts.subprotocol;
    this.negotiatedExtensions = parts.negotiatedExtensions;
    this.host = parts.host;
    this.path = parts.path;
    this.startedAtMs = Math.round(parts.startedAtMs);
    this.slot = slot;
    this.lanes = lanes;
    this.tunnel = join(this);
  }

  get listedUpstreamUrl(): string {
    return this.upstreamState?.settings.url ?? this.upstreamUrl;
  }

  onEnd(end: TunnelEnd): void {
    this.owner.onEnded(this, end);
  }
}
