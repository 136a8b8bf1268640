import { constants, type ServerHttp2Session } from 'node:http2';

/** Ends a session with ENHANCE_YOUR_CALM, because its client does more than any client has to. */
export function endFlood(session: ServerHttp2Session, reason: string): void {
  // Without an error, Node sends NO_ERROR in place of the code.
  session.destroy(new Error(reason), constants.NGHTTP2_ENHANCE_YOUR_CALM);
}
