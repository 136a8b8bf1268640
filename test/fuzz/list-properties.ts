import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseExtensionList } from '#libs/handshake';
import { composeVia, parseVia } from '../../libs/handshake/via.js';
import { fuzzProperty } from './fuzz-property.js';

const fleetId = 'flt_01jd3x4m5n6p7q8r9s0t1v2w3x';

/** Text of the characters that quote, separate and start comments in header fields. */
const listTexts = fc.string({ unit: fc.constantFrom('a', ' ', ',', ';', '"', '(', ')', '\\', ':', '1') });

/**
 * With any Via of a client, a fleet that forwards the request recognizes its entry when the request
 * returns with all fields joined.
 */
export const findsOwnEntryInVia = fuzzProperty({
  name: 'finds-own-entry-in-via',
  claim: 'no accepted Via hides the entry that the gateway appends',
  share: 0.01,
  cases: fc.array(listTexts, { maxLength: 3 }),
  holds: (received) => {
    if (parseVia(received) === null) return;
    const next = composeVia(received, fleetId);
    assert.ok(parseVia([next])?.includes(fleetId), next);
    assert.ok(parseVia([composeVia([next], 'flt_other'), '1.1 b'])?.includes(fleetId), next);
  },
});

/** An accepted list of extensions has the same names in one field as in several. */
export const readsAnyExtensionList = fuzzProperty({
  name: 'reads-any-extension-list',
  claim: 'a list of extensions has the same names in one field as in several, or is refused',
  share: 0.01,
  cases: fc.array(listTexts, { maxLength: 3 }),
  holds: (values) => {
    const list = parseExtensionList(values);
    if (list === null) return;
    assert.deepEqual(parseExtensionList([values.join(',')]), list);
    for (const { name } of list) assert.match(name, /^[a1]+$/);
  },
});
