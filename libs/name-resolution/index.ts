export * from './name-resolver.js';
