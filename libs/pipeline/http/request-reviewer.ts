import type { Release, SliceQueue } from '#libs/async';
import type { ConfigEntry } from '#libs/contract';
import type { AuthenticatedRequest } from '../current-access.js';
import { hasKeyJustEnded } from '../key-end.js';
import type { Refusal } from '../refusal.js';
import { verdictOf, type CurrentConfiguration, type Verdict } from '../review-verdict.js';

export interface RequestReviewerInput {
  configuration: CurrentConfiguration;
  /** Runs long reviews in slices, so that they do not block other requests. */
  slices: SliceQueue;
  /** Milliseconds over which the requests of a drain are ended. */
  drainPeriodMs: number;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** An admitted request that has not ended. */
export interface LiveRequest {
  /** What admitted it last. */
  readonly authenticated: AuthenticatedRequest;
  /** Null as long as no upstream was asked. */
  readonly listedUpstreamUrl: string | null;
  readonly ending: { refuse(refusal: Refusal): void };
}

const expiryCheckMs = 500;
const retryAfterSeconds = 1;

/**
 * Ends ordinary requests whose tenant, route, key or token is no longer valid, by the rules for
 * connections (`verdictOf`), and those of a route that no longer forwards them. An answer may take as
 * long as a connection lives: a download, or server-sent events.
 */
export class RequestReviewer {
  /** Without a Map, for the reason given at `ConnectionPlace`. */
  readonly #live: ReviewedRequest[] = [];
  #checkedAtMs = -Infinity;
  #expiryTimer: NodeJS.Timeout | null = null;

  constructor(private readonly input: RequestReviewerInput) {}

  /** Starts to watch for keys and tokens that expire. The returned function stops that. */
  start(): Release {
    this.#expiryTimer ??= setInterval(() => this.#reviewExpired(), expiryCheckMs);
    return () => {
      if (this.#expiryTimer) clearInterval(this.#expiryTimer);
      this.#expiryTimer = null;
      for (const request of this.#live) request.stop();
    };
  }

  /**
   * Reviews a request from now on, until it is released. It must be admitted by the current
   * configuration.
   */
  add(live: LiveRequest): Release {
    const request = new ReviewedRequest(live, this.#live.length);
    this.#live.push(request);
    return () => this.#remove(request);
  }

  /** Must be called after the whole configuration was replaced. */
  reviewAll(): void {
    this.#review(this.#live);
  }

  /** Must be called after a change was applied. */
  reviewEntries(entries: readonly ConfigEntry[]): void {
    if (this.#live.length === 0) return;
    const ids = new Set(entries.map(subjectOf));
    this.#review(
      this.#live.filter(({ live: { authenticated } }) => {
        const { tenant, route, apiKey } = authenticated;
        return ids.has(tenant.id) || ids.has(route.id) || (apiKey !== null && ids.has(apiKey.id));
      }),
    );
  }

  #review(requests: readonly ReviewedRequest[]): void {
    this.input.slices.add(requests, (request) => this.#act(request));
  }

  #act(request: ReviewedRequest): void {
    if (request.hasEnded) return;
    const verdict = this.#verdictOf(request.live);
    if (verdict.action === 'keep') {
      request.stop();
      return;
    }
    const { action, code, reason: detail } = verdict;
    if (action === 'close') request.end({ code, detail });
    else request.drain({ code, detail, retryAfterSeconds }, this.input.drainPeriodMs);
  }

  #verdictOf({ authenticated, listedUpstreamUrl }: LiveRequest): Verdict {
    const { configuration, now } = this.input;
    const verdict = verdictOf(configuration, { listedUpstreamUrl, ...authenticated }, now());
    if (verdict.action === 'close') return verdict;
    if (configuration.route(authenticated.route.id)?.http === 'proxy') return verdict;
    return { action: 'close', reason: 'closed by operator', code: 'no_route' };
  }

  #reviewExpired(): void {
    const nowMs = this.input.now();
    const checkedAtMs = this.#checkedAtMs;
    this.#checkedAtMs = nowMs;
    const isEnded = new Map<string, boolean>();
    const hasEnded = (apiKeyId: string): boolean => {
      const known = isEnded.get(apiKeyId);
      if (known !== undefined) return known;
      const apiKey = this.input.configuration.apiKey(apiKeyId);
      const ended = apiKey !== null && hasKeyJustEnded(apiKey, checkedAtMs, nowMs);
      isEnded.set(apiKeyId, ended);
      return ended;
    };
    const expired = this.#live.filter(({ live: { authenticated } }) => {
      const { apiKey, token } = authenticated;
      return (token !== null && token.expiresAtMs <= nowMs) || (apiKey !== null && hasEnded(apiKey.id));
    });
    if (expired.length > 0) this.#review(expired);
  }

  // The last one takes its place. Safe to call twice.
  #remove(request: ReviewedRequest): void {
    if (request.isRemoved) return;
    request.stop();
    request.isRemoved = true;
    const last = this.#live.pop();
    if (!last || last === request) return;
    last.index = request.index;
    this.#live[last.index] = last;
  }
}

class ReviewedRequest {
  isRemoved = false;
  #hasEnded = false;
  #drainTimer: NodeJS.Timeout | null = null;

  constructor(
    readonly live: LiveRequest,
    public index: number,
  ) {}

  get hasEnded(): boolean {
    return this.#hasEnded || this.isRemoved;
  }

  end(refusal: Refusal): void {
    this.stop();
    this.#hasEnded = true;
    this.live.ending.refuse(refusal);
  }

  /** Ends it at a random moment of the period, so that its client does not return with all others. */
  drain(refusal: Refusal, periodMs: number): void {
    this.#drainTimer ??= setTimeout(() => this.end(refusal), Math.random() * periodMs);
  }

  /** Ends its drain, if it has one. */
  stop(): void {
    if (this.#drainTimer) clearTimeout(this.#drainTimer);
    this.#drainTimer = null;
  }
}

function subjectOf(entry: ConfigEntry): string {
  return entry.kind === 'exhaustion' && entry.value !== null ? entry.value.subjectId : entry.id;
}
