import { it } from 'vitest';
import { takesOrRefusesChanges, takesOrRefusesSnapshots } from './configuration-properties.js';
import { expectToHold } from './expect-to-hold.js';

it.each([takesOrRefusesChanges, takesOrRefusesSnapshots])('$claim', (property) =>
  expectToHold(property, 400),
);
