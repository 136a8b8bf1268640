export * from './admission.js';
export * from './connection-record.js';
export * from './pipeline.js';
