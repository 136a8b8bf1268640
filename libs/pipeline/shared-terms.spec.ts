import { describe, expect, test } from 'vitest';
import { liveConnection } from '../../test/support/live-connection.js';
import { unprobedPools } from '../../test/support/upstream-pools.js';
import { SharedTerms, type ConnectionTerms } from './shared-terms.js';

describe('SharedTerms', () => {
  const { tenant, route } = liveConnection();
  const terms: ConnectionTerms = {
    tenant,
    route,
    credentialSource: 'header',
    origin: 'https://app.test',
    hasClientCertificate: false,
    httpVersion: '1.1',
    host: 'acme.test',
    upstreamUrl: 'ws://upstream.test',
    upstreamState: null,
    subprotocol: null,
    negotiatedExtensions: null,
  };

  test('equal terms are stored once', () => {
    const shared = new SharedTerms();
    expect(shared.of(terms)).toBe(terms);
    expect(shared.of({ ...terms })).toBe(terms);
  });

  test('terms that differ in any field are not shared', () => {
    const other = liveConnection();
    const [upstreamState = null] = unprobedPools().of(route).upstreams;
    expect(upstreamState).not.toBeNull();
    const changes: { [Field in keyof ConnectionTerms]: ConnectionTerms[Field] } = {
      tenant: { ...tenant },
      route: other.route,
      credentialSource: 'query',
      origin: null,
      hasClientCertificate: true,
      httpVersion: '2',
      host: 'other.test',
      upstreamUrl: 'ws://other.test',
      upstreamState,
      subprotocol: 'chat',
      negotiatedExtensions: 'permessage-deflate',
    };
    const shared = new SharedTerms();
    shared.of(terms);
    for (const [field, value] of Object.entries(changes)) {
      const changed = { ...terms, [field]: value };
      expect(shared.of(changed)).toBe(changed);
    }
  });

  test('a route with ever new origins keeps a bounded number of terms, and shares the last ones', () => {
    const shared = new SharedTerms();
    shared.of(terms);
    for (let number = 0; number < 1000; number += 1)
      shared.of({ ...terms, origin: `https://${number}.test` });
    const again = { ...terms };
    expect(shared.of(again)).toBe(again);
    expect(shared.of({ ...terms })).toBe(again);
  });
});
