/**
 * Tap: publishing the frames of a live connection, within bounds, to somebody who watches it through the API. The gateway starts and
 * ends taps on request. Read taps.ts first.
 */
export * from './taps.js';
