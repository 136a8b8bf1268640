import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';
import { BothWorlds } from './both-worlds.js';
import { questionAt } from './same-answers.js';

const upgrade = `
  proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection "upgrade";
`;
const open = 'proxy_pass http://127.0.0.1:1;';
const zones = `
  limit_conn_zone $server_name zone=servers:1m;
  limit_conn_zone $host zone=hosts:1m;
  limit_conn_zone $binary_remote_addr zone=clients:1m;
`;
// Another server is the default one, so that each of these has one host.
const server = (text: string, name = 'a.test'): string =>
  `server {\n  listen 80;\n  server_name ${name};\n${upgrade}\n${text}\n}\n`;
const start = async (text: string): Promise<BothWorlds> => {
  worlds = await BothWorlds.start(sluice, zones + server('return 404;', 'default.test') + text);
  return worlds;
};
const messagesOf = ({ imported }: BothWorlds): string[] =>
  imported.warnings.filter(({ directive }) => directive === 'limit_conn').map(({ message }) => message);

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

test.each([
  ['limit_conn servers 2;', ''],
  ['limit_conn hosts 2;', ''],
  ['limit_conn hosts 9; limit_conn servers 2;', ''],
  ['limit_conn servers 9;', 'limit_conn hosts 2;'],
])('with "%s" in the server and "%s" in the location, two connections are open', async (outer, inner) => {
  const both = await start(server(`${outer} location / { ${inner} ${open} }`));
  expect(await statusesOf(both, 'a.test/', 3)).toEqual({ nginx: [101, 101, 503], sluice: [101, 101, 429] });
  expect(messagesOf(both)).toEqual([]);
});

test('a limit of one location does not apply to the others', async () => {
  const both = await start(server(`location / { ${open} } location /one/ { limit_conn servers 1; ${open} }`));
  expect(await statusesOf(both, 'a.test/one/', 2)).toEqual({ nginx: [101, 503], sluice: [101, 429] });
  expect(await statusesOf(both, 'a.test/', 2)).toEqual({ nginx: [101, 101], sluice: [101, 101] });
  expect(messagesOf(both)).toEqual([]);
});

test('a limit of try_files is that of its location, and after a rewrite that of the last location', async () => {
  const both = await start(
    server(`
      location /files/ { limit_conn servers 1; try_files $uri @app; }
      location @app { limit_conn servers 9; ${open} }
      location /old/ { limit_conn hosts 9; rewrite ^/old/(.*)$ /new/$1 last; }
      location /new/ { limit_conn hosts 1; ${open} }
    `),
  );
  expect(await statusesOf(both, 'a.test/files/', 2)).toEqual({ nginx: [101, 503], sluice: [101, 429] });
  expect(await statusesOf(both, 'a.test/old/', 2)).toEqual({ nginx: [101, 503], sluice: [101, 429] });
});

test('a warning names the routes whose connections nginx counts together', async () => {
  const both = await start(
    server(`limit_conn servers 5; location /a/ { ${open} } location = /b { ${open} }`),
  );
  expect(messagesOf(both)).toEqual([
    'nginx counts the connections of a.test/a/, = a.test/b together; each of these routes admits 5',
  ]);
});

test('with a limit for each address, a warning names the limit of the tenant', async () => {
  const both = await start(server(`location / { limit_conn clients 7; ${open} }`));
  expect(messagesOf(both)).toEqual([
    '"limit_conn" is not carried over: a client address is limited for the whole tenant; set its limits.maxConnectionsPerIp to 7',
  ]);
});

test('a limit for each host is not that of a route with many hosts', async () => {
  const both = await start(server(`limit_conn hosts 1; location / { ${open} }`, '*.a.test'));
  expect(await statusesOf(both, 'x.a.test/', 1)).toEqual({ nginx: [101], sluice: [101] });
  expect(await statusesOf(both, 'y.a.test/', 1)).toEqual({ nginx: [101], sluice: [101] });
  expect(messagesOf(both)).toEqual([expect.stringContaining('counts each host of "*.a.test" separately')]);
});

/** The answers to handshakes whose connections all stay open. */
async function statusesOf(
  both: BothWorlds,
  target: string,
  count: number,
): Promise<{ nginx: number[]; sluice: number[] }> {
  const statuses = { nginx: new Array<number>(), sluice: new Array<number>() };
  for (let index = 0; index < count; index += 1) {
    const question = { ...questionAt(target), isKept: true };
    statuses.nginx.push((await both.askNginx(question)).status);
    statuses.sluice.push((await both.askSluice(question)).status);
  }
  return statuses;
}
