export * from './light-abort.js';
