export * from './taps.js';
