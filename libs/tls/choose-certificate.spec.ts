import { expect, test } from 'vitest';
import { createCertificateChooser } from './choose-certificate.js';

const certificate = (id: string, ...names: string[]) => ({ id, names });

test.each([
  ['chat.test', 'exact'],
  ['CHAT.test', 'exact'],
  ['news.chat.test', 'wildcard'],
  ['deep.news.chat.test', 'first'],
  ['news.test', 'first'],
  ['', 'first'],
  ['*.chat.test', 'wildcard'],
  ['constructor', 'first'],
])('for the server name %s, the %s certificate is chosen', (serverName, id) => {
  const choose = createCertificateChooser([
    certificate('first', 'other.test'),
    certificate('wildcard', '*.chat.test', 'chat.chat.test'),
    certificate('exact', 'chat.test'),
    certificate('later', 'chat.test', '*.chat.test'),
  ]);
  expect(choose(serverName).id).toBe(id);
});
