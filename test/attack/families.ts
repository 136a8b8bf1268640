import type { AttackFamily } from './attack-case.js';
import { addresses } from './families/addresses.js';
import { clientEnds } from './families/client-ends.js';
import { connectionOptions } from './families/connection-options.js';
import { credentialFields } from './families/credential-fields.js';
import { frames } from './families/frames.js';
import { framing } from './families/framing.js';
import { headerFields } from './families/header-fields.js';
import { headerVariables } from './families/header-variables.js';
import { httpAnswers } from './families/http-answers.js';
import { httpFraming } from './families/http-framing.js';
import { httpMessages } from './families/http-messages.js';
import { httpStreams } from './families/http-streams.js';
import { hosts } from './families/hosts.js';
import { largeHeads } from './families/large-heads.js';
import { loops } from './families/loops.js';
import { malformedAnswers } from './families/malformed-answers.js';
import { ordinaryAnswers } from './families/ordinary-answers.js';
import { pathReadings } from './families/path-readings.js';
import { slowPeers } from './families/slow-peers.js';
import { spoofedFields } from './families/spoofed-fields.js';
import { stickyCookies } from './families/sticky-cookies.js';
import { switchingAnswers } from './families/switching-answers.js';
import { targets } from './families/targets.js';
import { upstreamEnds } from './families/upstream-ends.js';

/** The families whose attacks are requests. In the others, every request is an ordinary handshake. */
export const requestFamilies: readonly AttackFamily[] = [
  framing,
  headerFields,
  connectionOptions,
  credentialFields,
  spoofedFields,
  headerVariables,
  stickyCookies,
  largeHeads,
  targets,
  pathReadings,
  hosts,
  loops,
  addresses,
];

/** All families, in the order in which they run. */
export const families: readonly AttackFamily[] = [
  ...requestFamilies,
  frames,
  ordinaryAnswers,
  switchingAnswers,
  malformedAnswers,
  upstreamEnds,
  clientEnds,
  slowPeers,
  httpFraming,
  httpMessages,
  httpAnswers,
  httpStreams,
];
