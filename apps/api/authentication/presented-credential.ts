import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { requireOwnOrigin } from '../http/cross-origin.js';
import { ProblemError } from '../http/problem-error.js';
import { SessionCookie } from './session-cookie.js';

/** Finds the credential of a request: a token that the client sends itself, or the session of the console. */
@Injectable()
export class PresentedCredential {
  constructor(private readonly session: SessionCookie) {}

  /**
   * `token` is the one outside the cookie. `isSafe`: the request changes nothing and opens no WebSocket. A
   * browser adds the cookie by itself, so without a token any other request has to come from a page of this
   * API: throws `origin_forbidden`. Throws `invalid_request` for two different credentials.
   */
  async of(
    headers: Pick<IncomingHttpHeaders, 'cookie' | 'origin' | 'host'>,
    token: string | null,
    isSafe: boolean,
  ): Promise<string | null> {
    const credential = await this.session.credentialIn(headers.cookie);
    if (credential === null) return token;
    if (token === null) {
      if (!isSafe) requireOwnOrigin(headers);
      return credential;
    }
    if (token === credential) return token;
    throw new ProblemError('invalid_request', {
      detail: 'The request has two different credentials: a token, and a session of the console.',
    });
  }
}
