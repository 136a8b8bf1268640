import { expect, test } from 'vitest';
import { checksKeysAlike } from './api-key-property.js';
import { expectToHold, expectToHoldFor } from './expect-to-hold.js';
import { explainsAsItAnswers } from './explain-property.js';
import { fuzzProperties, tunnelProperties } from './fuzz-properties.js';
import { forwardsWhatIsRead } from './http-differential.js';
import { parsesAnyRequest, readsAnswersAlike, readsAnyAnswer } from './handshake-properties.js';
import { findsOwnEntryInVia, readsAnyExtensionList } from './list-properties.js';
import { importsAnyText } from './nginx-property.js';
import { readsUpgradesAlike } from './ordinary-upgrade-property.js';
import { leadsNoServerElsewhere } from './path-property.js';
import { readsHeadsAsNode } from './request-head-property.js';

test.each([...tunnelProperties(), parsesAnyRequest, readsAnyAnswer])('$claim', expectToHold);

test.each([findsOwnEntryInVia, readsAnyExtensionList, readsHeadsAsNode, checksKeysAlike])(
  '$claim',
  (property) => expectToHoldFor(property, 1000),
);

test.each([leadsNoServerElsewhere, importsAnyText, readsAnswersAlike, readsUpgradesAlike])(
  '$claim',
  (property) => expectToHoldFor(property, 3000),
);

test(
  'the explanation of a handshake has the verdict of a real one',
  () => expectToHoldFor(explainsAsItAnswers(), 300),
  60_000,
);

test(
  'ordinary requests reach the upstream as RFC 9112 reads them, or not at all',
  () => expectToHoldFor(forwardsWhatIsRead(), 60),
  60_000,
);

test('the shares of all properties add up to every case of a fuzz run', () => {
  const shares = fuzzProperties().map(({ share }) => share);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
});
