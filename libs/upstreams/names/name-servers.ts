import { Resolver } from 'node:dns/promises';
import type { ServiceRecord } from '../discovery/service-record.js';
import { parseSearchList } from './parse-search-list.js';
import { RereadFile } from './reread-file.js';

/** Addresses of one name. */
export interface ResolvedName {
  addresses: readonly string[];
  /** Their TTL. */
  lifeMs: number;
}

export interface NameServersOptions {
  /** Null means the name servers of `/etc/resolv.conf`. */
  servers: readonly string[] | null;
  /** Timeout of the first query to each server; the second query has a longer one. */
  timeoutMs: number;
  /** The path of the file with the search list. */
  resolvConfPath: string;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
}

// A lost query is sent once more.
const triesOfEach = 2;
// Time that the answer of one family waits for the other family (RFC 8305 §3).
const resolutionDelayMs = 50;
const rereadAfterMs = 10_000;
// The name servers do not know the name, or there are none: the system may know more.
const unknownCodes: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED']);

/** Queries name servers for the addresses of a name. */
export class NameServers {
  readonly #options: NameServersOptions;
  readonly #searchList: RereadFile<readonly string[]>;
  #resolver: Resolver;
  #readAtMs: number;

  constructor(options: NameServersOptions) {
    this.#options = options;
    this.#searchList = new RereadFile(options.resolvConfPath, parseSearchList, options.now);
    this.#resolver = this.#createResolver();
    this.#readAtMs = options.now();
  }

  /**
   * Queries the name as it is, then, unless it ends with a dot, within each domain of the search list. Null
   * if the servers know none of these names; rejects if they do not answer.
   */
  resolve(name: string): Promise<ResolvedName | null> {
    return this.#search(name, (candidate) => this.#ask(candidate));
  }

  /** As `resolve`, the SRV records. */
  resolveServices(name: string): Promise<readonly ServiceRecord[] | null> {
    return this.#search(name, (candidate) => this.#askForServices(candidate));
  }

  async #search<Found>(
    name: string,
    ask: (candidate: string) => Promise<Found | null>,
  ): Promise<Found | null> {
    const found = await ask(name);
    if (found !== null || name.endsWith('.')) return found;
    for (const domain of await this.#searchList.read()) {
      const inDomain = await ask(`${name}.${domain}`);
      if (inDomain !== null) return inDomain;
    }
    return null;
  }

  async #askForServices(name: string): Promise<readonly ServiceRecord[] | null> {
    try {
      const records = await this.#resolver.resolveSrv(name);
      return records.map(({ name: target, port, priority, weight }) => ({ target, port, priority, weight }));
    } catch (error) {
      if (isUnknown(error)) return null;
      this.#rereadServers();
      throw error;
    }
  }

  async #ask(name: string): Promise<ResolvedName | null> {
    const families = [
      this.#resolver.resolve4(name, { ttl: true }),
      this.#resolver.resolve6(name, { ttl: true }),
    ];
    const answers = await settledOrLate(families);
    const records = answers.flatMap((answer) => (answer?.status === 'fulfilled' ? answer.value : []));
    if (records.length > 0) {
      const lifeMs = Math.min(...records.map(({ ttl }) => ttl)) * 1000;
      return { addresses: records.map(({ address }) => address), lifeMs };
    }
    const errors = answers.flatMap((answer) =>
      answer?.status === 'rejected' && answer.reason instanceof Error ? [answer.reason] : [],
    );
    const outage = errors.find((error) => !isUnknown(error));
    if (outage === undefined) return null;
    this.#rereadServers();
    throw outage;
  }

  // Node reads /etc/resolv.conf once for each resolver. If no server answers, the file may have changed.
  #rereadServers(): void {
    const { now } = this.#options;
    if (now() - this.#readAtMs < rereadAfterMs) return;
    this.#readAtMs = now();
    this.#resolver = this.#createResolver();
  }

  #createResolver(): Resolver {
    const { servers, timeoutMs } = this.#options;
    const resolver = new Resolver({ timeout: timeoutMs, tries: triesOfEach });
    if (servers) resolver.setServers(servers);
    return resolver;
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof Error && 'code' in error && unknownCodes.has(error.code);
}

/**
 * Waits for all queries, but only `resolutionDelayMs` after the first success; late results are undefined.
 */
function settledOrLate<Value>(
  promises: readonly Promise<Value>[],
): Promise<(PromiseSettledResult<Value> | undefined)[]> {
  return new Promise((resolve) => {
    const results: (PromiseSettledResult<Value> | undefined)[] = promises.map(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    let waiting = promises.length;
    const finish = (): void => {
      clearTimeout(timer);
      resolve([...results]);
    };
    const settle = (index: number, result: PromiseSettledResult<Value>): void => {
      results[index] = result;
      waiting -= 1;
      if (waiting === 0) finish();
      else if (result.status === 'fulfilled') timer ??= setTimeout(finish, resolutionDelayMs);
    };
    promises.forEach((promise, index) => {
      promise.then(
        (value) => settle(index, { status: 'fulfilled', value }),
        (reason: unknown) => settle(index, { status: 'rejected', reason }),
      );
    });
  });
}
