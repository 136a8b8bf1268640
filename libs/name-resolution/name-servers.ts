import { Resolver } from 'node:dns/promises';

/** Addresses of one name. */
export interface ResolvedName {
  addresses: readonly { address: string }[];
  /** How long they are good. */
  lifeMs: number;
}

// A question that is lost is asked once more.
const triesOfEach = 2;
// How long the answer of one family waits for that of the other (RFC 8305 §3).
const resolutionDelayMs = 50;
const rereadAfterMs = 10_000;
// The name servers do not know the name, or there are none: the system may know more.
const unknownCodes: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED']);

/** Asks name servers for the addresses of a name. */
export class NameServers {
  #resolver: Resolver;
  #readAtMs: number;

  constructor(
    /** Null: those of `/etc/resolv.conf`. */
    private readonly servers: readonly string[] | null,
    /** How long each server has for the first answer; it has longer for the second. */
    private readonly timeoutMs: number,
    private readonly now: () => number,
  ) {
    this.#resolver = this.#createResolver();
    this.#readAtMs = now();
  }

  /** Null where they do not know the name; rejects where they do not answer. */
  async resolve(name: string): Promise<ResolvedName | null> {
    const families = [
      this.#resolver.resolve4(name, { ttl: true }),
      this.#resolver.resolve6(name, { ttl: true }),
    ];
    const answers = await settledOrLate(families);
    const records = answers.flatMap((answer) => (answer?.status === 'fulfilled' ? answer.value : []));
    if (records.length > 0) {
      const lifeMs = Math.min(...records.map(({ ttl }) => ttl)) * 1000;
      return { addresses: records.map(({ address }) => ({ address })), lifeMs };
    }
    const errors = answers.flatMap((answer) =>
      answer?.status === 'rejected' && answer.reason instanceof Error ? [answer.reason] : [],
    );
    const outage = errors.find((error) => !unknownCodes.has('code' in error ? error.code : undefined));
    if (outage === undefined) return null;
    this.#rereadServers();
    throw outage;
  }

  // Node reads /etc/resolv.conf once for each resolver; where nobody answers, others may be in it by now.
  #rereadServers(): void {
    if (this.now() - this.#readAtMs < rereadAfterMs) return;
    this.#readAtMs = this.now();
    this.#resolver = this.#createResolver();
  }

  #createResolver(): Resolver {
    const resolver = new Resolver({ timeout: this.timeoutMs, tries: triesOfEach });
    if (this.servers) resolver.setServers(this.servers);
    return resolver;
  }
}

/** Waits for all, but once one has something, only so long for the others; those that are late are undefined. */
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
