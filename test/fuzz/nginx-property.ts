import assert from 'node:assert/strict';
import fc from 'fast-check';
import { importNginx } from '#libs/nginx-import';
import { fuzzProperty } from './fuzz-property.js';

const words = [
  ...['server', 'location', 'upstream', 'map', 'if', 'set', 'rewrite', 'return', 'try_files', 'include'],
  ...['proxy_pass', 'proxy_set_header', 'listen', 'server_name', 'http', 'default', '@a', '$a', '${a}', '/'],
  ...[
    'http://a',
    '^~',
    '~',
    '=',
    '80',
    'Upgrade',
    '$http_upgrade',
    'Connection',
    'upgrade',
    'nginx.conf',
    '*',
  ],
];
const signs = [
  ' ',
  ' ',
  ' ',
  ';',
  ';',
  '{',
  '{',
  '}',
  '}',
  '\n',
  '"',
  "'",
  '\\',
  '#',
  '(',
  ')',
  '$',
  '\u0000',
  'ü',
];
const texts = fc
  .array(fc.constantFrom(...words, ...signs), { maxLength: 60 })
  .map((parts) => parts.map((part) => (words.includes(part) ? `${part} ` : part)).join(''));

/** A file with any content is translated, or refused with a place inside it. */
export const importsAnyText = fuzzProperty({
  name: 'imports-any-text',
  claim: 'any text is imported from nginx, or refused with a place in it',
  share: 0.02,
  cases: texts,
  holds: (text) => {
    const result = importNginx({ files: new Map([['nginx.conf', text]]) });
    if (result.ok) {
      for (const { line } of [...result.routes, ...result.warnings]) assertLine(text, line);
      return;
    }
    assert.ok(result.place);
    assertLine(text, result.place.line);
  },
});

function assertLine(text: string, line: number): void {
  assert.ok(line >= 1 && line <= text.split('\n').length, `line ${line}`);
}
