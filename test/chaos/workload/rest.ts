import { adminToken } from '../../support/sluice-settings.js';

/** The answer of the API; `status` is 0 if there was none. */
export interface RestAnswer {
  status: number;
  body: Record<string, unknown>;
  isReplay: boolean;
}

// Longer than any pause of an API; a killed one resets the connection.
const answerTimeoutMs = 30_000;

/** A call as the operator. A write may be carried out even if its answer is later than `timeoutMs`. */
export async function rest(
  url: string,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
  timeoutMs = answerTimeoutMs,
): Promise<RestAnswer> {
  try {
    const response = await fetch(`${url}/v1${path}`, {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isReplay = response.headers.get('idempotency-replayed') === 'true';
    return { status: response.status, body: recordOf(JSON.parse(text || '{}')), isReplay };
  } catch (error) {
    return { status: 0, body: { reason: String(error) }, isReplay: false };
  }
}

/** A call that must succeed: rejects unless the answer is a 2xx. */
export async function restOrThrow(
  url: string,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const answer = await rest(url, method, path, body);
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

/** Every item of a list. */
export async function listAll(url: string, path: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let cursor: unknown = null;
  do {
    const query = typeof cursor === 'string' ? `?limit=200&cursor=${cursor}` : '?limit=200';
    const page = await restOrThrow(url, 'GET', path + query);
    if (!Array.isArray(page['items'])) throw new Error(`${path}: no list`);
    items.push(...page['items'].map(recordOf));
    cursor = page['nextCursor'];
  } while (cursor !== null);
  return items;
}

export function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
