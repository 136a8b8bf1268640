import { describe, expect, test } from 'vitest';
import { fieldName } from './field-name.js';

describe('what is known of the name of a field', () => {
  test.each(['X_Forwarded_For', 'x.real.ip', 'X_Api_Key', 'Sec_WebSocket_Key', 'Content_Length'])(
    '%s is a disguised form of a field that the gateway interprets',
    (name) => {
      expect(fieldName(name).isDisguised).toBe(true);
      expect(fieldName(name.replaceAll(/[_.]/g, '-')).isDisguised).toBe(false);
    },
  );

  test('letter case makes no difference to anything but the text itself', () => {
    expect(fieldName('SEC-WEBSOCKET-KEY')).toEqual(fieldName('Sec-WebSocket-Key'));
    expect(fieldName('Sec-WebSocket-Key')).toMatchObject({ lower: 'sec-websocket-key', isFixed: true });
  });

  test('names that are no tokens, and very long ones, are judged as all others', () => {
    expect(fieldName('X Forwarded')).toMatchObject({ isToken: false, lower: 'x forwarded' });
    expect(fieldName(`X-${'a'.repeat(100)}`)).toMatchObject({ isToken: true, isOwn: false });
  });

  test('a client that invents thousands of names changes no answer', () => {
    const before = fieldName('X-Forwarded-For');
    for (let number = 0; number < 5000; number += 1) {
      expect(fieldName(`X-Name-${number}`)).toMatchObject({ lower: `x-name-${number}`, isOwn: false });
    }
    expect(fieldName('X-Forwarded-For')).toEqual(before);
    expect(fieldName('X-Forwarded-For').isOwn).toBe(true);
  });
});
