/**
 * Usage: the number, time and traffic of connections by tenant, route and key. A gateway measures it,
 * writes it into reports, and keeps them on disk until the API has stored them. Read usage-reporter.ts first.
 */
export * from './report-spool.js';
export * from './usage-meter.js';
export * from './usage-reporter.js';
