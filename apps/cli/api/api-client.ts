import { WebSocket } from 'ws';
import type { z } from 'zod';
import type { Environment } from '#libs/settings';
import { CommandError } from '../command-error.js';
import { errorText } from '../error-text.js';
import { readAccessToken } from './access-token.js';
import { ApiProblem, problemSchema } from './api-problem.js';

interface ApiAnswer<Body> {
  body: Body;
  headers: Headers;
}

/** A client of the REST API, with one token. */
export class ApiClient {
  readonly #url: string;
  readonly #token: string;

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  static async of(environment: Environment): Promise<ApiClient> {
    const url = environment['SLUICE_API_URL']?.trim() || 'http://127.0.0.1:3000';
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new CommandError('SLUICE_API_URL: expected a URL like http://127.0.0.1:3000');
    }
    return new ApiClient(url.replace(/\/$/, ''), await readAccessToken(environment));
  }

  /** Throws an `ApiProblem` if the API refuses the call, and a `CommandError` if there is no API. */
  async request<Schema extends z.ZodType>(
    method: string,
    path: string,
    schema: Schema,
    document?: unknown,
  ): Promise<ApiAnswer<z.output<Schema>>> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.#token}`, 'Content-Type': 'application/json' },
      ...(document === undefined ? {} : { body: JSON.stringify(document) }),
    }).catch((error: unknown) => this.#fail(`cannot be reached: ${errorText(error)}`, error));
    const body: unknown = await response
      .json()
      .catch((error: unknown) =>
        this.#fail('does not answer with JSON, so it is not an API of Sluice', error),
      );
    if (response.ok) return { body: this.#parsed(schema, body), headers: response.headers };
    const problem = problemSchema.safeParse(body);
    throw new ApiProblem(response.status, problem.success ? problem.data : {});
  }

  /** A WebSocket of the API, not open yet. */
  openSocket(path: string): WebSocket {
    return new WebSocket(`${this.#url.replace(/^http/, 'ws')}${path}`, {
      headers: { Authorization: `Bearer ${this.#token}` },
    });
  }

  #parsed<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    return this.#fail('answers in a form that this version of the command does not support', parsed.error);
  }

  #fail(fault: string, cause: unknown): never {
    throw new CommandError(`${this.#url} ${fault}`, { cause });
  }
}
