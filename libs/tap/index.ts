/**
 * Tap: publishing the frames of a live connection, within bounds, to a client of the API. The gateway starts
 * and ends taps on request. Read taps.ts first.
 */
export * from './taps.js';
