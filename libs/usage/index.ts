/**
 * Usage: what connections have used, by tenant, route and key. A gateway measures it, closes it into reports,
 * and keeps these on disk until the API has stored them. Read usage-reporter.ts first.
 */
export * from './report-spool.js';
export * from './usage-meter.js';
export * from './usage-reporter.js';
