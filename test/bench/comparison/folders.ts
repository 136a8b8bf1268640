import { fileURLToPath } from 'node:url';

// This file runs from dist/test/bench/comparison.
const root = new URL('../../../../', import.meta.url);

/** The root of the repository. */
export const rootFolder = fileURLToPath(root);

/** This benchmark's sources: the load's C files, the peers' configurations. */
export const sourceFolder = fileURLToPath(new URL('test/bench/comparison/', root));

/** The folder of the built load programs. */
export const builtFolder = fileURLToPath(new URL('.', import.meta.url));
