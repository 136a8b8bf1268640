import { test } from 'vitest';
import { expectToHold } from '../../test/fuzz/expect-to-hold.js';
import {
  agreesWithWs,
  allowsCompression,
  endsDataAtClose,
  ignoresChunking,
} from '../../test/fuzz/follower-properties.js';

test.each([agreesWithWs, ignoresChunking, allowsCompression, endsDataAtClose])('$claim', expectToHold);
