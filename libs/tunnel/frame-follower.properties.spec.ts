import { it } from 'vitest';
import { expectToHold } from '../../test/fuzz/expect-to-hold.js';
import {
  agreesWithWs,
  allowsCompression,
  endsDataAtClose,
  ignoresChunking,
} from '../../test/fuzz/follower-properties.js';

it.each([agreesWithWs, ignoresChunking, allowsCompression, endsDataAtClose])('$claim', expectToHold);
