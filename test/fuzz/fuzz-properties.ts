import { closesAtBoundary } from './close-property.js';
import { takesOrRefusesChanges, takesOrRefusesSnapshots } from './configuration-properties.js';
import { agreesWithWs, allowsCompression, endsDataAtClose, ignoresChunking } from './follower-properties.js';
import { endsAfterEverything, violationLosesNothing } from './end-properties.js';
import type { FuzzProperty } from './fuzz-property.js';
import { parsesAnyRequest, readsAnyAnswer } from './handshake-properties.js';
import { findsOwnEntryInVia, readsAnyExtensionList } from './list-properties.js';
import { leadsNoServerElsewhere } from './path-property.js';
import { relaysEveryByte } from './relay-property.js';
import { answersAnyBody } from './rest-property.js';

/** Everything that the fuzz command tries. */
export function fuzzProperties(): FuzzProperty[] {
  return [
    agreesWithWs,
    ignoresChunking,
    allowsCompression,
    endsDataAtClose,
    relaysEveryByte(),
    closesAtBoundary,
    endsAfterEverything,
    violationLosesNothing,
    parsesAnyRequest,
    readsAnyAnswer,
    findsOwnEntryInVia,
    readsAnyExtensionList,
    leadsNoServerElsewhere,
    takesOrRefusesChanges,
    takesOrRefusesSnapshots,
    answersAnyBody(),
  ];
}
