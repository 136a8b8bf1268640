import type { IncomingHttpHeaders } from 'node:http';
import { headerFields, headerValues, type RequestHead } from '#libs/handshake';

/** The forwarding fields of a request in Node's form, parsed only if the peer is trusted. */
export class ForwardingFields {
  constructor(private readonly head: Pick<RequestHead, 'rawHeaders'>) {}

  get headers(): IncomingHttpHeaders {
    const fields = headerFields(this.head.rawHeaders);
    const forwarded = headerValues(fields, 'forwarded');
    return {
      'x-forwarded-for': headerValues(fields, 'x-forwarded-for').join(', '),
      ...(forwarded.length > 0 && { forwarded: forwarded.join(', ') }),
    };
  }
}
