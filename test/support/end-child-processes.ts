import { afterAll } from 'vitest';
import { killChildren } from './child-processes.js';

// Vitest runs this hook of a setup file after the hooks of the tests, also if one of those has failed.
afterAll(() => {
  const left = killChildren();
  if (left.length > 0) throw new Error(`the tests of this file left processes behind:\n${left.join('\n')}`);
});
