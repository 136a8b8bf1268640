import type { Logger } from 'pino';
import type { RefusedRecord } from '#libs/pipeline';
import { problems, type RefusalCode } from '#libs/problem-details';

const maxPerSecond = 5;

type Code = RefusedRecord['code'];
/** The parts of a record that a line shows. */
type NotedRefusal = Pick<
  RefusedRecord,
  'clientAddress' | 'host' | 'path' | 'code' | 'status' | 'detail' | 'upstreamUrl'
>;

/** Hints for the codes whose cause is a setting or a field; docs/error-codes.md has all codes. */
const remedies: Partial<Record<Code, string>> = {
  no_route: 'no enabled route matches this host and path',
  key_required: "present a key, or set the route's auth.mode to none",
  origin_forbidden: "the route's allowedOrigins decides",
  connect_rate: "the tenant's limits decide, or SLUICE_MAX_PENDING_PER_ADDRESS",
  connection_limit: 'the limits of tenant, route and key decide',
  usage_quota: 'the quota of tenant, route or key decides',
  upstream_busy: 'SLUICE_MAX_WAITING_DIALS_PER_ROUTE and SLUICE_MAX_WAITING_DIALS_PER_TENANT decide',
  upstream_forbidden_address: 'SLUICE_UPSTREAM_ALLOW names the private ranges that may be dialed',
  upstream_refused: 'is the upstream running, and is its URL right?',
  uri_too_long: 'SLUICE_MAX_TARGET_BYTES decides',
  headers_too_large: 'SLUICE_MAX_HEADER_BYTES decides',
  upstream_timeout: "the route's timeouts decide",
  request_rate: "requestsPerSecond of the tenant's limits and the route decides",
  body_too_large: "the route's maxRequestBytes decides",
};

/**
 * Prints one line for each refused request at a terminal: the request, the reason, and what to change. At
 * most five lines a second, and a line with the number of further refusals.
 */
export class RefusalNotices {
  #written = 0;
  #omitted = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(private readonly logger: Logger) {}

  notify(record: NotedRefusal): void {
    if (record.code !== 'client_gone') this.#write(() => describe(record));
  }

  /** Prints a line for a request that was refused before it could be read. */
  notifyUnread(code: RefusalCode): void {
    this.#write(() => `refused a request with ${problems[code].status} ${code}; ${remedyOf(code)}`);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #write(describeRefusal: () => string): void {
    this.#timer ??= setTimeout(() => this.#endSecond(), 1000).unref();
    if (this.#written >= maxPerSecond) {
      this.#omitted += 1;
      return;
    }
    this.#written += 1;
    this.logger.warn(describeRefusal());
  }

  #endSecond(): void {
    this.stop();
    if (this.#omitted > 0) this.logger.warn(`${this.#omitted} more requests were refused in this second`);
    this.#written = 0;
    this.#omitted = 0;
  }
}

function describe(record: NotedRefusal): string {
  const { clientAddress, host, path, code, status, detail, upstreamUrl } = record;
  const target = path === null ? 'a request' : `${host ?? ''}${path}`;
  const upstream = upstreamUrl === null ? '' : ` (upstream ${upstreamUrl})`;
  const cause = detail === null ? '' : `: ${detail}`;
  const answer = `${status ?? 'no answer'} ${code}`;
  return `refused ${target} from ${clientAddress} with ${answer}${upstream}${cause}; ${remedyOf(code)}`;
}

function remedyOf(code: Code): string {
  return remedies[code] ?? 'see docs/error-codes.md';
}
