import { describe, expect, test } from 'vitest';
import { Evidence } from './evidence.js';

const secret = { name: 'a key', text: 'slc_öA+/x9/secret-of-somebody' };

describe('Evidence', () => {
  test.each<readonly [how: string, planted: string]>([
    ['unchanged', secret.text],
    ['URL-encoded', encodeURIComponent(secret.text)],
    ['in hexadecimal', Buffer.from(secret.text).toString('hex')],
    ...['', 'a', 'ab', 'abc'].flatMap((before) => {
      const bytes = Buffer.from(`${before}${secret.text} and more`);
      return [
        [`in Base64 behind "${before}"`, bytes.toString('base64')],
        [`in URL-safe Base64 after "${before}"`, bytes.toString('base64url')],
      ] as const;
    }),
  ])('finds a secret %s', (_, planted) => {
    const evidence = new Evidence();
    evidence.add('log', 'a line without it');
    evidence.add('log', `{"key":"${planted}"}`);
    expect(evidence.leaks([secret])).toEqual([expect.stringContaining('a key in log: …{"key":"')]);
    expect(evidence.leaks([{ ...secret, allowedIn: ['log'] }])).toEqual([]);
  });

  test('finds nothing in text without a secret', () => {
    const evidence = new Evidence();
    evidence.add('file', Buffer.from('another key'));
    expect(evidence.leaks([secret])).toEqual([]);
    expect(evidence.places).toEqual(['file']);
  });
});
