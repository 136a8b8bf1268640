import { expect, test } from 'vitest';
import { readAuditSearch } from '../audit/audit-search.js';
import { readConfigurationSearch } from '../configuration/configuration-search.js';
import { readConnectionsSearch } from '../connections/connections-search.js';
import { readKeysSearch } from '../keys/keys-search.js';
import { readRoutesSearch } from '../routes/routes-search.js';
import { readUpstreamsSearch } from '../upstreams/upstreams-search.js';

const readers = {
  audit: readAuditSearch,
  configuration: readConfigurationSearch,
  connections: readConnectionsSearch,
  keys: readKeysSearch,
  routes: readRoutesSearch,
  upstreams: readUpstreamsSearch,
};

// The router reads `?tenant=123` as a number.
test.each(Object.entries(readers))('the page of %s can be filtered by a tenant named 123', (_page, read) => {
  expect(read({ tenant: 123 })).toMatchObject({ tenant: '123' });
});
