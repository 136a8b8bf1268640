import { describe, expect, test } from 'vitest';
import { checkOrigin } from './check-origin.js';

const list = [
  'https://app.example',
  'https://*.acme.example',
  'http://localhost:3000',
  'https://x.example:443',
];

describe('checkOrigin', () => {
  test.each([
    'https://app.example',
    'HTTPS://App.Example',
    'https://app.example:443',
    'https://x.example',
    'https://a.acme.example',
    'https://a.b.ACME.example',
    'http://localhost:3000',
  ])('admits %s', (origin) => {
    expect(checkOrigin(list, [origin])).toEqual({ ok: true });
  });

  test.each([
    'http://app.example',
    'https://app.example:8443',
    'https://app.example.evil.test',
    'https://evilapp.example',
    'https://acme.example',
    'https://.acme.example',
    'https://evilacme.example',
    'https://a.acme.example:8443',
    'https://a.acme.example.',
    'https://evil.test/.acme.example',
    'https://evil.test#.acme.example',
    'https://user@a.acme.example',
    'https://app.example https://app.example',
    'http://localhost',
    'null',
    '',
  ])('refuses %j', (origin) => {
    expect(checkOrigin(list, [origin])).toMatchObject({ ok: false, code: 'origin_forbidden' });
  });

  test('a request without an Origin is allowed, since only browsers have to send one', () => {
    expect(checkOrigin(list, [])).toEqual({ ok: true });
  });

  test('every origin is allowed without a list, and none by an empty one', () => {
    expect(checkOrigin(null, ['https://anything.test'])).toEqual({ ok: true });
    expect(checkOrigin(null, ['null'])).toEqual({ ok: true });
    expect(checkOrigin([], ['https://anything.test'])).toMatchObject({ ok: false });
  });

  test.each(['null', 'file://', 'capacitor://localhost', 'app://-'])(
    'admits the origin "%s" of a page without a web address only if it is listed',
    (origin) => {
      expect(checkOrigin([origin], [origin])).toEqual({ ok: true });
      expect(checkOrigin(list, [origin])).toMatchObject({ ok: false });
      for (const other of ['null', 'file://', 'file://localhost', 'http://localhost', 'app://.']) {
        if (other !== origin) expect(checkOrigin([origin], [other])).toMatchObject({ ok: false });
      }
    },
  );

  test('two origins are refused, even if both are in the list or there is none', () => {
    const twice = ['https://app.example', 'https://app.example'];
    expect(checkOrigin(list, twice)).toMatchObject({ ok: false, code: 'origin_forbidden' });
    expect(checkOrigin(null, twice)).toMatchObject({ ok: false, code: 'origin_forbidden' });
  });
});
