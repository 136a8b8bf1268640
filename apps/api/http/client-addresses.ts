import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { createClientAddressReader, type ReadClientAddress } from '#libs/addresses';
import type { ApiSettings } from '#libs/settings';
import { API_SETTINGS } from '../composition/injection-tokens.js';

/**
 * Finds the client address of a request by the rules of the gateway: the peer, or the address that a trusted
 * proxy forwards.
 */
@Injectable()
export class ClientAddresses {
  readonly #read: ReadClientAddress;

  constructor(@Inject(API_SETTINGS) { trustedProxies }: ApiSettings) {
    this.#read = createClientAddressReader(trustedProxies);
  }

  /** Null when the client has disconnected already. */
  of(request: Pick<IncomingMessage, 'socket' | 'headers'>): string | null {
    const { remoteAddress } = request.socket;
    return remoteAddress === undefined ? null : this.#read(remoteAddress, request).clientAddress;
  }
}
