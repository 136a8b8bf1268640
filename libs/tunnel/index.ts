export * from './tunnel.js';
