export { TenantCache } from './tenant-cache.js';
export { TenantConcurrencyLimit } from './tenant-concurrency-limit.js';
