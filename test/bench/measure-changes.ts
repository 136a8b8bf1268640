import { once } from 'node:events';
import { connect } from 'node:net';
import type { RestClient } from '../support/rest-client.js';

export interface ChangeTimes {
  /** Milliseconds from the REST answer to the first answer of the gateway that reflects the change. */
  propagationMs: number[];
  /** Milliseconds of each request to the gateway: the measured time is too long by at most one of them. */
  lookMs: number[];
}

export interface ChangesInput {
  rest: RestClient;
  gatewayPort: number;
  tenantId: string;
  rounds: number;
}

const maxWaitMs = 10_000;
const notThere = 404;
// The route requires a key and none is sent: the gateway answers by itself, so the measurement includes no
// upstream.
const there = 401;

/** Each round has five changes: a route is created, moved to another path, disabled, enabled and deleted. */
export async function measureChanges(input: ChangesInput): Promise<ChangeTimes> {
  const { rest, tenantId, rounds } = input;
  const routes = `/tenants/${tenantId}/routes`;
  const times: ChangeTimes = { propagationMs: [], lookMs: [] };
  const expectAnswer = (path: string, status: number): Promise<void> =>
    measureUntil(input.gatewayPort, path, status, times);

  for (let round = 0; round < rounds; round += 1) {
    const [path, moved] = [`/changes/${round}`, `/moved/${round}`];
    const upstreams = [{ url: 'ws://127.0.0.1:9' }];
    const { id } = await rest.call('POST', routes, { match: { path }, upstreams });
    await expectAnswer(path, there);
    await rest.call('PATCH', `${routes}/${id}`, { match: { path: moved } });
    await expectAnswer(moved, there);
    await rest.call('PATCH', `${routes}/${id}`, { enabled: false });
    await expectAnswer(moved, notThere);
    await rest.call('PATCH', `${routes}/${id}`, { enabled: true });
    await expectAnswer(moved, there);
    await rest.call('DELETE', `${routes}/${id}`);
    await expectAnswer(moved, notThere);
  }
  return times;
}

/** Sends one handshake after the other until the answer is the expected one. */
async function measureUntil(port: number, path: string, expected: number, times: ChangeTimes): Promise<void> {
  const answeredAtMs = performance.now();
  for (;;) {
    const lookedAtMs = performance.now();
    const status = await statusOf(port, path);
    const now = performance.now();
    times.lookMs.push(now - lookedAtMs);
    if (status === expected) {
      times.propagationMs.push(now - answeredAtMs);
      return;
    }
    if (now - answeredAtMs > maxWaitMs) throw new Error(`${path} answers ${status}, not ${expected}`);
  }
}

async function statusOf(port: number, path: string): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: changes.bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  );
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  socket.resume().end();
  return Number(chunk.subarray(9, 12).toString('latin1'));
}
