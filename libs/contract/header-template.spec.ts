import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeHeaderText, headerTemplateProblem, parseHeaderTemplate } from './header-template.js';

describe('a value of a header field', () => {
  test.each([
    ['plain', [{ text: 'plain' }]],
    ['', []],
    ['$host', [{ variable: 'host' }]],
    ['a$host.b', [{ text: 'a' }, { variable: 'host' }, { text: '.b' }]],
    ['${host}_x', [{ variable: 'host' }, { text: '_x' }]],
    ['$host_x', [{ variable: 'host_x' }]],
    ['$tenant$route', [{ variable: 'tenant' }, { variable: 'route' }]],
    ['$$', [{ text: '$' }]],
    ['$$host', [{ text: '$host' }]],
    ['$$$host', [{ text: '$' }, { variable: 'host' }]],
    ['5 $$ a $${b}', [{ text: '5 $ a ${b}' }]],
  ])('%s is parsed', (value, parts) => {
    expect(parseHeaderTemplate(value)).toEqual({ ok: true, parts });
  });

  test.each(['$', 'a$', '$ a', '$5', '$Host', '${host', '${}', '${a b}', '$$$', '$-'])(
    '%s has a dollar sign that does not start a variable',
    (value) => {
      expect(headerTemplateProblem(value, [])).toContain('write "$$" for a dollar sign');
    },
  );

  test('an unknown variable is reported together with the known ones', () => {
    expect(headerTemplateProblem('$remote_addr', ['room'])).toMatch(
      /^the variable "\$remote_addr" is unknown; expected one of \$client_ip, .*, \$room$/,
    );
    expect(headerTemplateProblem('$room $client_ip', ['room'])).toBeNull();
    expect(headerTemplateProblem('$room', [])).toContain('"$room" is unknown');
  });

  test('an escaped text is a template of exactly that text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parts = text === '' ? [] : [{ text }];
        expect(parseHeaderTemplate(escapeHeaderText(text))).toEqual({ ok: true, parts });
      }),
    );
  });
});
