import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Authenticator, type Authentication } from '../authentication/authenticator.js';
import { bearerToken } from '../authentication/bearer-token.js';
import type { Principal } from '../authentication/principal.js';

/** The subprotocol that the server speaks; a browser offers it beside the one that carries its token. */
export const eventsSubprotocol = 'sluice.events';
const tokenPrefix = 'sluice.token.';

/**
 * Authenticates an upgrade before it is answered. The token comes in `Authorization`, or, since a browser cannot set
 * that, as an offered subprotocol `sluice.token.…`; never in the URL, which is kept in logs and histories.
 */
@Injectable()
export class EventsAdmission {
  private readonly admitted = new WeakMap<IncomingMessage, Principal>();

  constructor(private readonly authenticator: Authenticator) {}

  async admit(request: IncomingMessage): Promise<Authentication> {
    const { authorization, 'sec-websocket-protocol': offered } = request.headers;
    const result = await this.authenticator.authenticate(bearerToken(authorization) ?? offeredToken(offered));
    if (result.ok) this.admitted.set(request, result.principal);
    return result;
  }

  principalOf(request: IncomingMessage): Principal | null {
    return this.admitted.get(request) ?? null;
  }
}

function offeredToken(offered: string | undefined): string | null {
  const protocols = (offered ?? '').split(',').map((protocol) => protocol.trim());
  return protocols.find((protocol) => protocol.startsWith(tokenPrefix))?.slice(tokenPrefix.length) ?? null;
}
