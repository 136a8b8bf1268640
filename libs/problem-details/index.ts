export * from './json-text.js';
export * from './problem-document.js';
export * from './registry.js';
