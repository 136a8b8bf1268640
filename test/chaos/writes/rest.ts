import { adminToken } from '../cast/cast.js';

/** What the API answered; `status` is 0 where no answer came. */
export interface RestAnswer {
  status: number;
  body: Record<string, unknown>;
  isReplay: boolean;
}

// Above what an API is stopped for; one that is killed ends the request by itself.
const answerTimeoutMs = 30_000;

/** Asks an API, as the operator; who waits for less than `timeoutMs` may miss the answer to what is carried out. */
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

/** Asks for what has to be there: anything but a 2xx is an error of the run. */
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
