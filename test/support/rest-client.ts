/** The fields of answers that tests read by name; which of them exist depends on the call. */
export interface RestBody {
  id: string;
  key: string;
  token: string;
  items: unknown[];
  nextCursor: string | null;
}

/** A REST client with an operator's token, for calls that must succeed. */
export class RestClient {
  constructor(
    private readonly url: string,
    private readonly adminToken: string,
  ) {}

  /** The base URL of the API's WebSockets. */
  get webSocketUrl(): string {
    return `${this.url.replace('http', 'ws')}/v1`;
  }

  /**
   * Resolves once the whole answer has arrived; rejects with a `RestError` unless it is a 2xx. `path` comes
   * after `/v1`.
   */
  async call(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<RestBody> {
    const response = await fetch(`${this.url}/v1${path}`, {
      method,
      headers: {
        // On a slow machine the server may close a keep-alive connection just when the client reuses it.
        connection: 'close',
        authorization: `Bearer ${this.adminToken}`,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new RestError(response.status, `${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text || '{}') as RestBody;
  }
}

export class RestError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
