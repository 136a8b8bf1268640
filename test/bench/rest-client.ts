/** What benchmarks read of an answer. */
interface RestAnswer {
  id: string;
  key?: string;
  items?: unknown[];
  nextCursor?: string | null;
}

/** Speaks to the API as an operator does; anything but a 2xx is an error of the benchmark. */
export class RestClient {
  constructor(
    private readonly url: string,
    private readonly adminToken: string,
  ) {}

  /** The base of the calls that are WebSockets. */
  get webSocketUrl(): string {
    return `${this.url.replace('http', 'ws')}/v1`;
  }

  /** Resolves once the whole answer has arrived. */
  async call(method: string, path: string, body?: object): Promise<RestAnswer> {
    const response = await fetch(`${this.url}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.adminToken}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text || '{"id":""}') as RestAnswer;
  }
}
