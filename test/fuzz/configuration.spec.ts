import { test } from 'vitest';
import { takesOrRefusesChanges, takesOrRefusesSnapshots } from './configuration-properties.js';
import { expectToHoldFor } from './expect-to-hold.js';

test.each([takesOrRefusesChanges, takesOrRefusesSnapshots])('$claim', (property) =>
  expectToHoldFor(property, 400),
);
