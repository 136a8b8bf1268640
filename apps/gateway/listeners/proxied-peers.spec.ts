import { once } from 'node:events';
import { expect, test } from 'vitest';
import { openSocket } from '../../../test/support/raw-request.js';
import { UpgradeListener } from './upgrade-listener.js';

test.each(['', 'PROXY TCP4 192.0.2.7'])(
  'a proxy that sends only "%s" is dropped after the timeout',
  async (bytes) => {
    const happened: string[] = [];
    const listener = new UpgradeListener(
      {
        onUpgrade: () => happened.push('upgrade'),
        onRefused: (code) => happened.push(code),
        onDropped: (reason) => happened.push(reason),
      },
      {
        bounds: { maxHeaderBytes: 4096, headersTimeoutMs: 60, checkIntervalMs: 20 },
        isProxy: () => true,
      },
    );
    const socket = await openSocket(
      Number(new URL(await listener.listen({ host: '127.0.0.1', port: 0 })).port),
    );
    if (bytes !== '') socket.write(bytes);
    await once(socket.resume(), 'end');
    socket.end();
    await expect.poll(() => listener.openSockets).toBe(0);
    expect(happened).toEqual(['proxy_header']);
    await listener.close();
  },
);
