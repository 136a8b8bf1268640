import { describe, expect, test } from 'vitest';
import { cookieValues, hasCookies, withoutCookie } from './cookies.js';
import type { HeaderField } from './header-field.js';

function fields(...values: string[]): HeaderField[] {
  return [['Host', 'a.test'], ...values.map((value): HeaderField => ['cookie', value])];
}

describe('the cookies of a name', () => {
  test.each([
    ['s=1', ['1']],
    ['a=0; s=1; s=2', ['1', '2']],
    ['a=0;s = 1 ;b=2', ['1']],
    ['xs=1; s; S=2; =s=3; s2=4; sx', []],
    ['s=a=b', ['a=b']],
    ['s=', ['']],
    [';;; ;s="1"', ['"1"']],
  ])('in %j are %j', (field, values) => {
    expect(cookieValues(fields(field), 's')).toEqual(values);
  });

  test('values from several fields are in order', () => {
    expect(cookieValues(fields('s=1', 'a=1', 's=2'), 's')).toEqual(['1', '2']);
  });
});

describe('a request without the cookies of a name keeps every other byte:', () => {
  test.each([
    ['a=1; s=x; b=2', 'a=1; b=2'],
    ['s=x; a=1', 'a=1'],
    ['a=1; s=x', 'a=1'],
    ['s=1; a="1 2";  b=\xe9=;s=2;c', 'a="1 2";  b=\xe9=;c'],
    ['xs=1; sx=2; S=3', 'xs=1; sx=2; S=3'],
    [' odd ;; a=1; ', ' odd ;; a=1; '],
  ])('%j is %j', (field, left) => {
    expect(withoutCookie(fields(field), 's')).toEqual(fields(left));
  });

  test('fields of other names keep what looks like such a cookie', () => {
    const others: HeaderField[] = [
      ['X-Cookie', 's=1; a=2'],
      ['Cooked', 's=1'],
    ];
    expect(withoutCookie(others, 's')).toEqual(others);
    expect(hasCookies({ headers: others })).toBe(false);
    expect(hasCookies({ headers: fields('a=1') })).toBe(true);
  });

  test('a field without other cookies is removed', () => {
    expect(withoutCookie(fields('s=1; s=2', 'a=1'), 's')).toEqual(fields('a=1'));
  });
});
