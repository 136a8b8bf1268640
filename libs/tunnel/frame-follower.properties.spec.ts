import { it } from 'vitest';
import { expectToHold } from '../../test/fuzz/expect-to-hold.js';
import { agreesWithWs, allowsCompression, ignoresChunking } from '../../test/fuzz/follower-properties.js';

it.each([agreesWithWs, ignoresChunking, allowsCompression])('$claim', expectToHold);
