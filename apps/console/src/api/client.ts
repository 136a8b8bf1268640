import createClient from 'openapi-fetch';
import type { FormObject } from '../form/form-value.js';
import type { components, paths } from './openapi.js';

/** The schemas of the API. */
export type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];

/** The operations with the value of a form as their body: the API checks each field. */
type WithFormBodies<Operations> = {
  [Path in keyof Operations]: {
    [Method in keyof Operations[Path]]: Operations[Path][Method] extends { requestBody: object }
      ? Omit<Operations[Path][Method], 'requestBody'> & {
          requestBody: { content: { 'application/json': FormObject } };
        }
      : Operations[Path][Method];
  };
};

/** The API, with the types of its OpenAPI document; the browser adds the cookie of the session. */
export const api = createClient<paths>({ baseUrl: window.location.origin });

/** The same, for bodies that are filled in by a user. */
export const formApi = createClient<WithFormBodies<paths>>({ baseUrl: window.location.origin });

/** A refusal of the API; `problem` is null if the API could not be reached. */
export class ApiError extends Error {
  constructor(
    readonly problem: Problem | null,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(problem?.detail ?? problem?.title ?? 'the API cannot be reached');
    this.name = 'ApiError';
  }
}

interface Answer<Data> {
  data?: Data;
  error?: Problem;
  response: Response;
}

/** The data of the answer; throws an `ApiError` for a problem. */
export async function answered<Data>(request: Promise<Answer<Data>>): Promise<Exclude<Data, undefined>> {
  return (await answeredWhole(request)).data;
}

/** The data of the answer with its header fields; throws an `ApiError` for a problem. */
export async function answeredWhole<Data>(
  request: Promise<Answer<Data>>,
): Promise<{ data: Exclude<Data, undefined>; headers: Headers }> {
  const { data, error, response } = await request.catch(() => {
    throw new ApiError(null);
  });
  // A proxy in between answers without a problem document.
  if (!response.ok) throw new ApiError(isProblem(error) ? error : null, retryAfter(response));
  return { data: data as Exclude<Data, undefined>, headers: response.headers };
}

function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'code' in error;
}

function retryAfter({ headers }: Response): number | null {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isNaN(seconds) ? null : seconds;
}
