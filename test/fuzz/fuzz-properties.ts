import { checksKeysAlike } from './api-key-property.js';
import { tunnelImplementations } from '../support/tunnel-implementations.js';
import { closesAtBoundary } from './close-property.js';
import { takesOrRefusesChanges, takesOrRefusesSnapshots } from './configuration-properties.js';
import { agreesWithWs, allowsCompression, endsDataAtClose, ignoresChunking } from './follower-properties.js';
import { endsAfterEverything, violationLosesNothing } from './end-properties.js';
import { explainsAsItAnswers } from './explain-property.js';
import type { FuzzProperty } from './fuzz-property.js';
import { forwardsWhatIsRead, forwardsWhatOthersRead } from './http-differential.js';
import { parsesAnyRequest, readsAnswersAlike, readsAnyAnswer } from './handshake-properties.js';
import { findsOwnEntryInVia, readsAnyExtensionList } from './list-properties.js';
import { implementationsAgree } from './implementations-agree.js';
import { importsAnyText } from './nginx-property.js';
import { readsUpgradesAlike } from './ordinary-upgrade-property.js';
import { leadsNoServerElsewhere } from './path-property.js';
import { relaysEveryByte } from './relay-property.js';
import { readsHeadsAsNode } from './request-head-property.js';
import { answersAnyBody } from './rest-property.js';

/** The properties of each implementation of the tunnel, and the property that they agree. */
export function tunnelProperties(): FuzzProperty[] {
  const each = [relaysEveryByte, closesAtBoundary, endsAfterEverything, violationLosesNothing];
  const kept = tunnelImplementations.flatMap((implementation) =>
    each.map((property) => property(implementation)),
  );
  return [...kept, implementationsAgree];
}

/** All properties of the fuzz command. */
export function fuzzProperties(): FuzzProperty[] {
  return [
    agreesWithWs,
    ignoresChunking,
    allowsCompression,
    endsDataAtClose,
    ...tunnelProperties(),
    parsesAnyRequest,
    readsAnyAnswer,
    readsAnswersAlike,
    readsHeadsAsNode,
    readsUpgradesAlike,
    checksKeysAlike,
    findsOwnEntryInVia,
    readsAnyExtensionList,
    leadsNoServerElsewhere,
    importsAnyText,
    takesOrRefusesChanges,
    takesOrRefusesSnapshots,
    answersAnyBody(),
    explainsAsItAnswers(),
    forwardsWhatIsRead(),
    forwardsWhatOthersRead(),
  ];
}
