/**
 * Async: cancellation, bounded concurrency, serial execution, long loops in slices, and backoff. All parts of
 * Sluice use it, so it imports nothing else of Sluice. Each file stands alone; start with
 * concurrency-limit.ts.
 */
export * from './backoff.js';
export * from './concurrency-limit.js';
export * from './error-message.js';
export * from './light-abort.js';
export type { Release } from './release.js';
export * from './serial-queue.js';
export * from './slice-queue.js';
export { WorkSlice } from './work-slice.js';
