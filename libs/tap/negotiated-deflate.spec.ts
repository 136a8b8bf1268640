import { describe, expect, test } from 'vitest';
import { negotiatedDeflate } from './negotiated-deflate.js';

describe('negotiatedDeflate', () => {
  test.each([
    ['permessage-deflate', true, true],
    ['permessage-deflate; client_no_context_takeover', false, true],
    ['permessage-deflate;server_no_context_takeover', true, false],
    ['Permessage-Deflate; server_max_window_bits=10 ; Client_No_Context_Takeover', false, true],
  ])('the context takeover of each side is read from %s', (extensions, ofClient, ofUpstream) => {
    expect(negotiatedDeflate(extensions)).toEqual({
      client: { hasContextTakeover: ofClient },
      upstream: { hasContextTakeover: ofUpstream },
    });
  });

  test.each([
    null,
    '',
    'permessage-deflate; a=",',
    'x; a=", permessage-deflate"',
    'x-webkit-deflate-frame',
    'permessage-deflate, bbf-usp-protocol',
  ])('no permessage-deflate is recognized in %s', (extensions) => {
    expect(negotiatedDeflate(extensions)).toBeNull();
  });
});
