import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { createClientAddressReader, type ReadClientAddress } from '#libs/addresses';
import type { ApiSettings } from '#libs/settings';
import { API_SETTINGS } from '../composition/injection-tokens.js';

/** Says where requests come from: the peer, or whom a trusted proxy names, as it holds for the clients of a gateway. */
@Injectable()
export class ClientAddresses {
  private readonly read: ReadClientAddress;

  constructor(@Inject(API_SETTINGS) { trustedProxies }: ApiSettings) {
    this.read = createClientAddressReader(trustedProxies);
  }

  /** Null where the client has gone already. */
  of(request: Pick<IncomingMessage, 'socket' | 'headers'>): string | null {
    const { remoteAddress } = request.socket;
    return remoteAddress === undefined ? null : this.read(remoteAddress, request).clientAddress;
  }
}
