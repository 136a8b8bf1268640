export * from './configuration.js';
export { leadsElsewhere } from './path-readings.js';
export * from './route-table.js';
