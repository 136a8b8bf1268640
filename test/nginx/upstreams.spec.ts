import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';
import { BothWorlds } from './both-worlds.js';
import { expectSameStatus, questionAt } from './same-answers.js';

const upgrade = `
  proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection "upgrade";
`;

let sluice: SluiceInProcess;
let worlds: BothWorlds | null = null;
beforeAll(async () => {
  sluice = await startSluice();
});
afterEach(async () => {
  await worlds?.stop();
  worlds = null;
});
afterAll(() => sluice.close());

async function start(group: string, location = ''): Promise<BothWorlds> {
  const server = `server { listen 80; server_name a.test; ${upgrade} location / { proxy_pass http://group; ${location} } }`;
  worlds = await BothWorlds.start(
    sluice,
    `upstream group { ${group} }\n${server.replace('listen', '\nlisten')}\n`,
  );
  return worlds;
}

// The witness at port 503 answers with 503, that at 404 with 404, and that at 444 with nothing.
test.each([
  ['proxy_next_upstream error timeout http_503;', 503, 101],
  ['proxy_next_upstream error timeout http_503; proxy_next_upstream_tries 2;', 503, 101],
  ['proxy_next_upstream error timeout http_503; proxy_next_upstream_tries 1;', 503, 503],
  ['proxy_next_upstream off;', 503, 503],
  ['proxy_next_upstream error;', 444, 101],
  ['proxy_next_upstream error timeout http_502;', 404, 404],
])('with "%s", a handshake whose first upstream answers %i gets %i', async (location, first, status) => {
  const group = `server 127.0.0.1:${first} max_fails=0; server 127.0.0.1:1 max_fails=0 backup;`;
  const both = await start(group, location);
  await expectSameStatus(both, [
    ['a.test/a', status],
    ['a.test/b', status],
  ]);
  expect(both.imported.warnings).toEqual([]);
});

const handshakes = 12;

test.each([
  ['max_fails=1 fail_timeout=1h', 1],
  ['max_fails=3 fail_timeout=1h', 3],
  ['max_fails=0', handshakes / 2],
])('with "%s", a server that fails every handshake gets %i of them', async (parameters, received) => {
  const both = await start(`server 127.0.0.1:444 ${parameters}; server 127.0.0.1:1 ${parameters};`);
  for (let index = 0; index < handshakes; index += 1) {
    expect((await both.askNginx(questionAt(`a.test/${index}`))).status).toBe(101);
  }
  const ofNginx = both.takeReceived('444');
  for (let index = 0; index < handshakes; index += 1) {
    expect((await both.askSluice(questionAt(`a.test/${index}`))).status).toBe(101);
  }
  expect([ofNginx, both.takeReceived('444')]).toEqual([received, received]);
  expect(both.imported.warnings).toEqual([]);
});
