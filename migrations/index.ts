import { InitialSchema1764000000000 } from './initial-schema.js';

/** Every migration, in the order in which they run. */
export const migrations = [InitialSchema1764000000000];
