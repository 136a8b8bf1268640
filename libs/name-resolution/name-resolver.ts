import { lookup as lookupInSystem } from 'node:dns/promises';
import { Turnstile } from '#libs/turnstile';
import { HostsFile } from './hosts-file.js';
import { NameServers, type ResolvedName } from './name-servers.js';

export interface NameResolverOptions {
  /** `address` or `address:port` of the name servers; those of `/etc/resolv.conf` unless told. */
  servers?: readonly string[];
  /** How long a name server has for its first answer; 2,000 unless told. It is asked once more, and has longer then. */
  timeoutMs?: number;
  hostsPath?: string;
  /** Asks the system, as `getaddrinfo` does. */
  askSystem?: (hostname: string) => Promise<readonly { address: string }[]>;
  /** Milliseconds of a clock that never goes back. */
  now?: () => number;
}

interface KnownName {
  addresses: ResolvedName['addresses'];
  freshUntilMs: number;
  usableUntilMs: number;
}

const usualTimeoutMs = 2000;
// A name of a tenant's is believed for as long as its owner says, within these bounds.
const shortestLifeMs = 1000;
const longestLifeMs = 60_000;
// The system does not say for how long.
const lifeFromSystemMs = 10_000;
// How long a name is good after its time when nobody can be asked (RFC 8767 §5), and how soon that is tried again.
const staleForMs = 300_000;
const retryAfterMs = 1000;
const mostNames = 10_000;
// Each question to the system takes one of four threads that the whole process has, for as long as it takes.
const systemQuestionsAtOnce = 2;

/**
 * Resolves names of upstreams. Questions go to the name servers without a thread of the process, so that names whose
 * servers are silent keep nobody waiting but those who ask for them; one question is on its way for each name, and answers
 * are kept for their time to live. The system is asked about names in `/etc/hosts` and about those that the name servers
 * do not know, which may be short names of its search list. While no server answers, the last addresses are good for
 * five minutes more.
 */
export class NameResolver {
  readonly #servers: NameServers;
  readonly #hosts: HostsFile;
  readonly #turnstile = new Turnstile(systemQuestionsAtOnce);
  readonly #askSystem: NonNullable<NameResolverOptions['askSystem']>;
  readonly #now: () => number;
  readonly #known = new Map<string, KnownName>();
  readonly #asked = new Map<string, Promise<ResolvedName['addresses']>>();

  constructor(options: NameResolverOptions = {}) {
    const { servers, timeoutMs = usualTimeoutMs, hostsPath = '/etc/hosts', askSystem } = options;
    const { now = () => performance.now() } = options;
    this.#servers = new NameServers(servers ?? null, timeoutMs, now);
    this.#hosts = new HostsFile(hostsPath, now);
    this.#askSystem = askSystem ?? ((hostname) => lookupInSystem(hostname, { all: true, verbatim: true }));
    this.#now = now;
  }

  /** All addresses of a name, in the order in which they are to be tried; rejects where it has none, or nobody says. */
  async resolve(hostname: string): Promise<ResolvedName['addresses']> {
    const name = hostname.toLowerCase();
    const known = this.#known.get(name);
    if (known && this.#now() < known.freshUntilMs) return known.addresses;
    const asked = this.#asked.get(name);
    if (asked) return asked;
    const asking = this.#ask(name).finally(() => this.#asked.delete(name));
    this.#asked.set(name, asking);
    return asking;
  }

  async #ask(name: string): Promise<ResolvedName['addresses']> {
    try {
      const { addresses, lifeMs } = await this.#find(name);
      const freshUntilMs = this.#now() + Math.min(Math.max(lifeMs, shortestLifeMs), longestLifeMs);
      this.#keep(name, { addresses, freshUntilMs, usableUntilMs: freshUntilMs + staleForMs });
      return addresses;
    } catch (error) {
      const known = this.#known.get(name);
      if (!known || !isOutage(error) || this.#now() >= known.usableUntilMs) throw error;
      known.freshUntilMs = this.#now() + retryAfterMs;
      return known.addresses;
    }
  }

  async #find(name: string): Promise<ResolvedName> {
    if (await this.#hosts.has(name)) return this.#findInSystem(name);
    return (await this.#servers.resolve(name)) ?? this.#findInSystem(name);
  }

  async #findInSystem(name: string): Promise<ResolvedName> {
    const found = await this.#turnstile.run(() => this.#askSystem(name));
    return { addresses: found.map(({ address }) => ({ address })), lifeMs: lifeFromSystemMs };
  }

  #keep(name: string, known: KnownName): void {
    this.#known.delete(name);
    this.#known.set(name, known);
    if (this.#known.size <= mostNames) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}

// A name that is gone is gone; one about which nobody says anything may still be there.
function isOutage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code !== 'ENOTFOUND' && code !== 'ENODATA';
}
