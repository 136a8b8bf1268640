import { lookup as lookupInSystem } from 'node:dns/promises';
import { ConcurrencyLimit } from '#libs/async';
import { TenantCache, TenantConcurrencyLimit } from '#libs/limits';
import type { ServiceRecord } from '../discovery/service-record.js';
import { KnownName, type ResolvedAddresses } from './known-name.js';
import { NameServers, type ResolvedName } from './name-servers.js';
import { parseHosts } from './parse-hosts.js';
import { RereadFile } from './reread-file.js';
import { SharedQuery } from './shared-query.js';

export interface NameResolverOptions {
  /** `address` or `address:port` of the name servers; default: those of `/etc/resolv.conf`. */
  servers?: readonly string[];
  /**
   * How long a name server has for its first answer; default: 2,000. It is queried once more, with a longer
   * time.
   */
  timeoutMs?: number;
  hostsPath?: string;
  resolvConfPath?: string;
  /** Resolves a name through the system, as `getaddrinfo` does. */
  askSystem?: (hostname: string) => Promise<readonly { address: string }[]>;
  /** Milliseconds of a monotonic clock. */
  now?: () => number;
  /** A random number from 0 to 1, which chooses the first address of a name. */
  random?: () => number;
}

export interface ResolveOptions {
  /**
   * Queries again because no address could be connected to, unless the answer is less than a second old.
   */
  refresh?: boolean;
}

const defaultTimeoutMs = 2000;
// Neither the system nor the hosts file has a TTL.
const localLifeMs = 10_000;
// An expired answer is used if no new one arrives within this time (RFC 8767 §5).
const staleAfterMs = 200;
const maxNamesPerTenant = 1000;
// Longer than an answer remains usable.
const idleMs = 600_000;
const serverQueriesPerTenant = 64;
// A query to the system occupies one of the four threads of the process until it ends, which can take more
// than 10 seconds.
const systemQueries = 2;
const systemQueriesPerTenant = 1;

interface NameEntry {
  known: KnownName;
  /** By tenant: the query that its requests wait for. */
  asking: Map<string, Promise<void>>;
  toServers: SharedQuery<ResolvedName | null>;
  toSystem: SharedQuery<ResolvedName>;
}

/**
 * Resolves names of upstreams. Answers are shared by tenants and cached for their TTL, failures for 5
 * seconds. Queries go to the name servers without a thread of the process; the system is queried only for
 * names that they do not know. Each tenant has its own bounds for names and for queries, so names whose
 * servers do not answer delay no other tenant. An expired answer is used while the name is queried again, for
 * up to 5 minutes without a new one.
 */
export class NameResolver {
  readonly #servers: NameServers;
  readonly #hosts: RereadFile<ReadonlyMap<string, readonly string[]>>;
  readonly #serverPlaces = new TenantConcurrencyLimit(serverQueriesPerTenant);
  readonly #systemPlaces = new TenantConcurrencyLimit(systemQueriesPerTenant);
  readonly #system = new ConcurrencyLimit(systemQueries);
  readonly #askSystem: NonNullable<NameResolverOptions['askSystem']>;
  readonly #names: TenantCache<NameEntry>;

  constructor(options: NameResolverOptions = {}) {
    const {
      hostsPath = '/etc/hosts',
      askSystem,
      now = () => performance.now(),
      random = Math.random,
    } = options;
    const { servers = null, timeoutMs = defaultTimeoutMs, resolvConfPath = '/etc/resolv.conf' } = options;
    this.#servers = new NameServers({ servers, timeoutMs, resolvConfPath, now });
    this.#hosts = new RereadFile(hostsPath, parseHosts, now);
    this.#askSystem = askSystem ?? ((hostname) => lookupInSystem(hostname, { all: true, verbatim: true }));
    const create = (): NameEntry => ({
      known: new KnownName(now, random),
      asking: new Map(),
      toServers: new SharedQuery(this.#serverPlaces),
      toSystem: new SharedQuery(this.#systemPlaces),
    });
    // A query outlives its request. If its name could be evicted, a tenant could add one query after another
    // to the queue.
    const canEvict = ({ asking }: NameEntry): boolean => asking.size === 0;
    this.#names = new TenantCache({ create, maxPerTenant: maxNamesPerTenant, idleMs, canEvict, now });
  }

  /**
   * All addresses of a name, of both families in turn, IPv4 first, in the order in which to try them: each
   * call starts with the next address of each family. Rejects if the name has none, or no server answers.
   */
  async resolve(
    hostname: string,
    tenantId: string,
    { refresh = false }: ResolveOptions = {},
  ): Promise<ResolvedAddresses> {
    const name = hostname.toLowerCase();
    const entry = this.#names.use(tenantId, name);
    if (entry === null) throw new Error('too many names of the tenant are being resolved');
    const { known } = entry;
    if (refresh ? known.isRecent : known.isFresh) return known.take();
    const asked = this.#ask(entry, name, tenantId);
    if (known.isUsable && !refresh) await settledWithin(asked, staleAfterMs - known.queryingForMs);
    else await asked;
    return known.take();
  }

  /**
   * The SRV records of a name, which are not cached. Rejects if it has none, or no server answers. A target
   * that is the root says that the service is not there (RFC 2782).
   */
  async resolveServices(name: string, tenantId: string): Promise<readonly ServiceRecord[]> {
    const find = () => this.#servers.resolveServices(name.toLowerCase());
    const found = await this.#serverPlaces.run(tenantId, find);
    const records = (found ?? []).filter(({ target }) => target !== '' && target !== '.');
    if (records.length > 0) return records;
    throw Object.assign(new Error(`${name} has no SRV records`), { code: 'ENOTFOUND' });
  }

  /** Never rejects. */
  #ask(entry: NameEntry, name: string, tenantId: string): Promise<void> {
    const asked = entry.asking.get(tenantId);
    if (asked) return asked;
    entry.known.noteQueryStarted();
    const asking = this.#find(entry, name, tenantId)
      .then(
        (found) => entry.known.keep(found),
        (error: unknown) => entry.known.keepFailure(error),
      )
      .finally(() => entry.asking.delete(tenantId));
    entry.asking.set(tenantId, asking);
    return asking;
  }

  async #find({ toServers, toSystem }: NameEntry, name: string, tenantId: string): Promise<ResolvedName> {
    const local = (await this.#hosts.read()).get(name);
    if (local) return { addresses: local, lifeMs: localLifeMs };
    const found = await toServers.ask(tenantId, () => this.#servers.resolve(name));
    return found ?? toSystem.ask(tenantId, () => this.#system.run(() => this.#findInSystem(name)));
  }

  async #findInSystem(name: string): Promise<ResolvedName> {
    const found = await this.#askSystem(name);
    return { addresses: found.map(({ address }) => address), lifeMs: localLifeMs };
  }
}

function settledWithin(promise: Promise<void>, timeMs: number): Promise<void> {
  if (timeMs <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const settle = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(settle, timeMs);
    void promise.then(settle);
  });
}
