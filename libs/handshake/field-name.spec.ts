import { describe, expect, test } from 'vitest';
import { fieldName } from './field-name.js';

describe('the properties of a field name', () => {
  test.each(['X_Forwarded_For', 'x.real.ip', 'X_Api_Key', 'Sec_WebSocket_Key', 'Content_Length'])(
    '%s is another spelling of a field that the gateway interprets',
    (name) => {
      expect(fieldName(name).isDisguised).toBe(true);
      expect(fieldName(name.replaceAll(/[_.]/g, '-')).isDisguised).toBe(false);
    },
  );

  test('letter case changes no property except the text itself', () => {
    const spelling = 'SEC-WEBSOCKET-KEY';
    expect(fieldName(spelling)).toEqual({ ...fieldName('Sec-WebSocket-Key'), spelling });
    expect(fieldName('Sec-WebSocket-Key')).toMatchObject({ lower: 'sec-websocket-key', isFixed: true });
  });

  test('names that are not tokens, and very long names, are classified like all others', () => {
    expect(fieldName('X Forwarded')).toMatchObject({ isToken: false, lower: 'x forwarded' });
    expect(fieldName(`X-${'a'.repeat(100)}`)).toMatchObject({ isToken: true, isOwn: false });
  });

  test('a client that sends thousands of invented names changes no result', () => {
    const before = fieldName('X-Forwarded-For');
    for (let number = 0; number < 5000; number += 1) {
      expect(fieldName(`X-Name-${number}`)).toMatchObject({ lower: `x-name-${number}`, isOwn: false });
    }
    expect(fieldName('X-Forwarded-For')).toEqual(before);
    expect(fieldName('X-Forwarded-For').isOwn).toBe(true);
  });
});
