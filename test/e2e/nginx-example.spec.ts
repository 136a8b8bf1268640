import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { operatorOf, runSluice } from '../support/sluice-command.js';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';

const example = `server {
  listen 81;
  server_name localhost;

  location / {
    proxy_pass http://echo.websocket.org;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
  }
}
`;

let sluice: SluiceInProcess;
let folder: string;
beforeEach(async () => {
  // Port 81 may require root. If this user cannot listen on it, the test uses a free port.
  const listen = `127.0.0.1:${(await canListen(81)) ? 81 : 0}`;
  sluice = await startSluice(undefined, { SLUICE_GATEWAY_LISTEN: listen });
  folder = await mkdtemp(join(tmpdir(), 'sluice-nginx-'));
  await writeFile(join(folder, 'nginx.conf'), example);
});
afterEach(async () => {
  await sluice.close();
  await rm(folder, { recursive: true, force: true });
});

test("nginx's example configuration is imported without warnings, and works", async () => {
  const { host } = new URL(sluice.echoUrl);
  const { exitCode, output } = await runSluice(
    operatorOf(sluice),
    ...['import', 'nginx', join(folder, 'nginx.conf'), '--tenant', 'acme', '--apply'],
    ...['--upstream', `echo.websocket.org=${host}`],
  );
  expect([exitCode, output]).toEqual([0, expect.not.stringContaining('warning')]);
  expect(output).toContain(`localhost / -> http://${host}  (nginx.conf:5)`);
  for (const name of ['localhost', '127.0.0.1']) {
    expect(await echoOf(sluice.gatewayUrl, name)).toBe('hello');
  }
});

async function echoOf(gatewayUrl: string, host: string): Promise<string> {
  const client = new WebSocket(gatewayUrl, { headers: { host } });
  await once(client, 'open');
  client.send('hello');
  const [message] = (await once(client, 'message')) as [Buffer];
  client.close();
  await once(client, 'close');
  return message.toString();
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  const canListen = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  await new Promise((done) => server.close(done));
  return canListen;
}
