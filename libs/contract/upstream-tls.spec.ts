import { describe, expect, test } from 'vitest';
import { testCertificate } from '../../test/support/tls-certificates.js';
import { upstreamTlsSchema } from './upstream-tls.js';

const certificate = await testCertificate('client.crt');
const key = await testCertificate('client.key');

describe('upstreamTls', () => {
  test('upstream certificates are verified by default', () => {
    expect(upstreamTlsSchema.parse({})).toEqual({
      verify: true,
      serverName: null,
      ca: null,
      clientCertificate: null,
      clientKey: null,
    });
  });

  test('authorities, and a certificate with its key, are accepted', async () => {
    const ca = (await testCertificate('ca.crt')) + (await testCertificate('other-ca.crt'));
    const tls = { ca, clientCertificate: certificate, clientKey: key };
    expect(upstreamTlsSchema.parse(tls)).toMatchObject(tls);
  });

  test.each([
    ['ca', { ca: 'nonsense' }],
    ['ca', { ca: `${certificate}and more` }],
    ['ca', { ca: key }],
    ['ca', { ca: certificate.repeat(200) }],
    ['ca', { ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }],
    ['clientCertificate', { clientCertificate: key, clientKey: key }],
    ['clientKey', { clientCertificate: certificate, clientKey: 'nonsense' }],
    ['clientKey', { clientCertificate: certificate, clientKey: certificate }],
    ['clientKey', { clientCertificate: certificate }],
    ['clientKey', { clientKey: key }],
    ['serverName', { serverName: 'a b' }],
    ['serverName', { serverName: '' }],
  ])('refuses a wrong %s, and does not repeat it', (field, tls) => {
    const { error } = upstreamTlsSchema.safeParse(tls);
    expect(error?.issues.map(({ path }) => path[0])).toContain(field);
    expect(JSON.stringify(error?.issues)).not.toContain('MIG');
  });

  test('the key of another certificate is refused', async () => {
    const { error } = upstreamTlsSchema.safeParse({
      clientCertificate: certificate,
      clientKey: await testCertificate('chat.key'),
    });
    expect(error?.issues).toMatchObject([{ path: ['clientKey'] }]);
  });
});
