export * from './problem-document.js';
export * from './registry.js';
