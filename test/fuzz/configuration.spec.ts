import { it } from 'vitest';
import { takesOrRefusesChanges, takesOrRefusesSnapshots } from './configuration-properties.js';
import { expectToHoldFor } from './expect-to-hold.js';

it.each([takesOrRefusesChanges, takesOrRefusesSnapshots])('$claim', (property) =>
  expectToHoldFor(property, 400),
);
