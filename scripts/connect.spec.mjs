import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { startChild } from '../test/support/child-processes.ts';

const script = fileURLToPath(new URL('connect.mjs', import.meta.url));

it('ends when its connection does, also while there may be more to send', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => socket.close(4000, 'go'));
  await once(server, 'listening');
  const client = startChild(process.execPath, [script, `ws://127.0.0.1:${server.address().port}`], {});
  try {
    const [printed] = await Promise.all([client.stdout.toArray(), once(client, 'exit')]);
    expect(Buffer.concat(printed).toString()).toBe('connected\nclosed 4000 go\n');
    expect(client.exitCode).toBe(0);
  } finally {
    client.kill();
    server.close();
  }
});

it('says what to do where the packages are not installed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-connect-'));
  try {
    copyFileSync(script, join(folder, 'connect.mjs'));
    const client = startChild(process.execPath, [join(folder, 'connect.mjs'), 'ws://127.0.0.1:9'], {});
    const [printed] = await Promise.all([client.stderr.toArray(), once(client, 'exit')]);
    expect(Buffer.concat(printed).toString()).toMatch(
      /^The packages are not installed: npm ci installs them/,
    );
    expect(client.exitCode).toBe(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
