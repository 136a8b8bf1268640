/**
 * Translates the servers and locations of an nginx configuration into routes for their WebSockets, with a
 * warning for everything that a route cannot do. Read import-nginx.ts first, then translate.ts.
 */
export { importNginx, type NginxImport } from './import-nginx.js';
export { freeName } from './free-name.js';
export type { Finding } from './findings.js';
export type { ImportedRoute } from './server-routes.js';
