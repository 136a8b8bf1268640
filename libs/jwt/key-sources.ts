import { TenantCache } from '#libs/limits';
import {
  parseUpstreamEndpoint,
  resolveUpstream,
  type AddressPolicy,
  type LookupAddresses,
} from '#libs/upstreams';
import { fetchKeySet, type FetchKeySetResult } from './fetch-key-set.js';
import { RemoteKeySet } from './remote-key-set.js';

export interface KeySourcesInput {
  /** The addresses that may be dialed for a source. */
  policy: AddressPolicy;
  /** The same for a source without TLS, whose keys an attacker on the path could replace. */
  plainPolicy: AddressPolicy;
  logger: { warn(fields: object, message: string): void };
  /** Resolves names for a tenant. */
  lookupFor: (tenantId: string) => LookupAddresses;
  /** Certificates to trust instead of the system's, in PEM. */
  trustedCertificates?: string;
  /** Maximum time of one fetch of keys; default: 5,000. */
  fetchTimeoutMs?: number;
}

/** The maximum number of sources of one tenant. A set takes a few kilobytes, 150 at most. */
export const maxSourcesPerTenant = 256;

const defaultFetchTimeoutMs = 5000;
const idleMs = 3_600_000;

/**
 * The sources of keys, by URL. Tenants share them, each within its own bound. A source is evicted only after
 * its pause between fetches, so that a tenant cannot make a gateway fetch more often than
 * `maxSourcesPerTenant` times in one pause.
 */
export class KeySources {
  readonly #sources: TenantCache<RemoteKeySet>;
  readonly #stopped = new AbortController();

  constructor(private readonly input: KeySourcesInput) {
    this.#sources = new TenantCache({
      create: (url) => this.#create(url),
      maxPerTenant: maxSourcesPerTenant,
      canEvict: (source) => source.canEvict,
      idleMs,
      now: () => performance.now(),
    });
  }

  /** Null if the tenant uses its maximum number of sources. */
  use(tenantId: string, url: string): RemoteKeySet | null {
    return this.#sources.use(tenantId, url);
  }

  /** Cancels running fetches. */
  stop(): void {
    this.#stopped.abort();
  }

  #create(text: string): RemoteKeySet {
    const url = new URL(text);
    const onKept = (detail: string): void => {
      this.input.logger.warn(
        { url: text, detail },
        'newer keys could not be fetched; the last good ones are kept',
      );
    };
    return new RemoteKeySet({
      lookUp: (tenantId) => this.#resolve(url, tenantId),
      fetch: (tenantId) => this.#fetch(url, tenantId),
      nowMs: () => performance.now(),
      onKept,
    });
  }

  async #resolve(url: URL, tenantId: string): Promise<string | null> {
    const { lookupFor, fetchTimeoutMs: timeoutMs = defaultFetchTimeoutMs } = this.input;
    const { signal } = this.#stopped;
    const lookup = lookupFor(tenantId);
    const endpoint = parseUpstreamEndpoint(url.href);
    const resolved = await resolveUpstream(endpoint, { signal, lookup }, { timeoutMs });
    return resolved.ok ? null : resolved.detail;
  }

  // Not AbortSignal.any with AbortSignal.timeout: Node 20 may garbage-collect both before the timeout, and
  // the fetch would never end.
  async #fetch(url: URL, tenantId: string): Promise<FetchKeySetResult> {
    const { fetchTimeoutMs: timeoutMs = defaultFetchTimeoutMs } = this.input;
    const limit = new AbortController();
    const abort = (): void => limit.abort();
    const timer = setTimeout(abort, timeoutMs);
    this.#stopped.signal.addEventListener('abort', abort);
    if (this.#stopped.signal.aborted) abort();
    try {
      return await this.#fetchUntil(limit.signal, url, tenantId);
    } finally {
      clearTimeout(timer);
      this.#stopped.signal.removeEventListener('abort', abort);
    }
  }

  #fetchUntil(signal: AbortSignal, url: URL, tenantId: string): Promise<FetchKeySetResult> {
    const { policy, plainPolicy, lookupFor, trustedCertificates } = this.input;
    const { fetchTimeoutMs: connectMs = defaultFetchTimeoutMs } = this.input;
    return fetchKeySet({
      url,
      policy: url.protocol === 'https:' ? policy : plainPolicy,
      signal,
      connectMs,
      lookup: lookupFor(tenantId),
      trustedCertificates,
    });
  }
}
