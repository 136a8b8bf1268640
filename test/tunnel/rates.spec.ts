import { once } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { TrafficTable, type ConnectionLanes, type RateOwners } from '#libs/tunnel';
import {
  clientFrame,
  closeFramesTo,
  lanesWith,
  ownersWith,
  patient,
  upstreamFrame,
  tunnelsUnderTest,
  unlimited,
  wheel,
} from '../support/joined-tunnel.js';
import { longWait } from '../support/long-wait.js';
import { untilSteady } from '../support/until-steady.js';
import type { LaneRates } from '../../libs/tunnel/traffic-lane.js';

const megabyte = 1024 * 1024;

describe.each(tunnelsUnderTest)('the rate of a tenant: $name', ({ join }) => {
  test('holds messages back at their boundary, and relays all of them over time', async () => {
    const { lanes, setRates } = lanesWith({ messagesPerSecond: 40, bytesPerSecond: null });
    const { client, upstream, tunnel } = await join(patient, { lanes });
    const frames = Array.from({ length: 60 }, (_, index) => clientFrame(`message ${index}`));
    const received = collect(upstream);
    client.write(Buffer.concat(frames));
    await vi.waitFor(() => expect(tunnel.fromClient().messages).toBeGreaterThanOrEqual(40), longWait);
    expect(tunnel.fromClient().messages).toBeLessThan(60);
    setRates(unlimited);
    const all = Buffer.concat(frames);
    await vi.waitFor(() => expect(received().equals(all)).toBe(true), longWait);
  });

  test('stops reading from the sender, which gets backpressure', async () => {
    const { lanes } = lanesWith({ messagesPerSecond: null, bytesPerSecond: 1000 });
    const { client, upstream, tunnel } = await join(patient, { lanes });
    upstream.resume();
    client.write(clientFrame(Buffer.alloc(32 * megabyte)));
    expect(await untilSteady(() => tunnel.fromClient().bytesReceived)).toBeLessThan(megabyte);
    expect(client.writableLength).toBeGreaterThan(16 * megabyte);
    expect(upstream.bytesRead).toBeLessThan(100_000);
  });

  test('a rate of bytes only splits frames anywhere, and every byte arrives', async () => {
    const { lanes, setRates } = lanesWith({ messagesPerSecond: null, bytesPerSecond: 3000 });
    const { client, upstream } = await join(patient, { lanes });
    const received = collect(client);
    const sent = Buffer.concat([upstreamFrame('x'.repeat(3500)), upstreamFrame('end')]);
    upstream.write(sent);
    await vi.waitFor(() => expect(received().length).toBeGreaterThan(3000), longWait);
    setRates(unlimited);
    await vi.waitFor(() => expect(received().equals(sent)).toBe(true), longWait);
  });

  test('is shared: a connection waits for the amount that another has used', async () => {
    const { lanes } = lanesWith({ messagesPerSecond: 5, bytesPerSecond: null });
    const [noisy, quiet] = [await join(patient, { lanes }), await join(patient, { lanes })];
    noisy.client.write(Buffer.concat(Array.from({ length: 50 }, () => clientFrame('!'))));
    await vi.waitFor(() => expect(noisy.tunnel.fromClient().messages).toBeGreaterThanOrEqual(5), longWait);
    const [first] = [firstChunk(quiet.upstream), quiet.client.write(clientFrame('me too'))];
    await first;
    expect(noisy.tunnel.fromClient().messages).toBeLessThan(50);
  });

  test('affects neither the other direction nor control frames', async () => {
    const { lanes, ofTenant } = lanesWith({ messagesPerSecond: 1, bytesPerSecond: null });
    ofTenant.fromClients.take(1, 0);
    const { client, upstream, tunnel } = await join(patient, { lanes });
    const ping = Buffer.from([0x89, 0x80, 0, 0, 0, 0]);
    const [atUpstream, atClient] = [firstChunk(upstream), firstChunk(client)];
    client.write(Buffer.concat([ping, clientFrame('held')]));
    upstream.write(upstreamFrame('free'));
    expect(await atUpstream).toEqual(ping);
    expect(await atClient).toEqual(upstreamFrame('free'));
    expect(tunnel.fromClient()).toMatchObject({ messages: 0, controlFrames: 1 });
  });

  test('closes with 1008 instead if the route requires it', async () => {
    const { lanes } = lanesWith({ messagesPerSecond: 2, bytesPerSecond: null });
    const { client, upstream, ended } = await join(
      { ...patient, closeTimeoutMs: 50 },
      { lanes, onRate: 'close' },
    );
    upstream.resume();
    client.write(Buffer.concat([clientFrame('1'), clientFrame('2'), clientFrame('3')]));
    expect(await closeFramesTo(client)).toEqual([1008, 'message rate']);
    expect(await ended).toEqual({ endedBy: 'gateway', closeCode: 1008, reason: 'message rate' });
    expect(upstream.bytesRead).toBe(2 * clientFrame('1').length + 6 + 14);
  });

  test('counts bytes relayed before a close with 1008 once, including the rest of a frame', async () => {
    const { lanes, ofTenant } = lanesWith({ messagesPerSecond: null, bytesPerSecond: 10 });
    const { client, upstream, tunnel, ended } = await join(
      { ...patient, closeTimeoutMs: 50 },
      { lanes, onRate: 'close' },
    );
    upstream.resume();
    client.write(clientFrame('a frame of more than ten bytes'));
    await ended;
    const { messages, bytes } = tunnel.fromClient();
    expect(messages).toBe(1);
    expect(ofTenant.fromClients).toMatchObject({ messages, bytes });
  });

  test('does not hold back a close of the gateway, even in the middle of a frame', async () => {
    const { lanes } = lanesWith({ messagesPerSecond: null, bytesPerSecond: 10 });
    const { client, upstream, tunnel, ended } = await join({ ...patient, closeTimeoutMs: 50 }, { lanes });
    const received = collect(upstream);
    const frame = clientFrame('a frame of more than ten bytes');
    client.write(Buffer.concat([frame, clientFrame('not this one')]));
    await vi.waitFor(() => expect(received().length).toBeGreaterThanOrEqual(10), longWait);
    tunnel.close(1008, 'key revoked');
    await ended;
    expect(received().subarray(0, frame.length).equals(frame)).toBe(true);
    expect(received()[frame.length]).toBe(0x88);
    expect(received().includes('not this one')).toBe(false);
  });

  test('does not make a held-back sender count as idle', async () => {
    const { lanes, ofTenant, setRates } = lanesWith({ messagesPerSecond: 1, bytesPerSecond: null });
    ofTenant.fromClients.take(1, 0);
    const { client, upstream, tunnel } = await join({ ...patient, idleMs: 50 }, { lanes });
    ofTenant.fromClients.setRates({ messagesPerSecond: 1, bytesPerSecond: null });
    const arrived = firstChunk(upstream);
    client.write(clientFrame('held'));
    await arrived;
    expect(tunnel.isClosing).toBe(false);
    setRates(unlimited);
    expect(await closeFramesTo(client)).toEqual([1001, 'idle timeout']);
  });

  test('a connection that ends while it waits leaves the queue', async () => {
    const { lanes, ofTenant } = lanesWith({ messagesPerSecond: 1, bytesPerSecond: null });
    ofTenant.fromClients.take(1, 0);
    const gone = await join({ ...patient, closeTimeoutMs: 20 }, { lanes });
    gone.client.write(clientFrame('held'));
    await vi.waitFor(() => expect(ofTenant.fromClients.waiting).toBe(1), longWait);
    gone.client.resetAndDestroy();
    gone.upstream.resetAndDestroy();
    gone.tunnel.close(1000, '');
    await gone.ended;
    expect(ofTenant.fromClients.waiting).toBe(0);
  });
});

describe.each(tunnelsUnderTest)('the rates of a tenant, a route and a key together: $name', ({ join }) => {
  const twentyAtOnce = Buffer.concat(Array.from({ length: 20 }, () => clientFrame('!')));

  test.each(['apiKey', 'route', 'tenant'] as const)(
    'a message passes only when every rate lets it, also when that of the %s is the lowest',
    async (lowest) => {
      const many = perSecond(1000);
      const lanes = joined({ tenant: many, route: many, apiKey: many, [lowest]: perSecond(10) });
      const { client, upstream, tunnel } = await join(patient, { lanes });
      upstream.resume();
      client.write(twentyAtOnce);
      const waiting = ['apiKey', 'route', 'tenant'].map((owner) => (owner === lowest ? 1 : 0));
      await vi.waitFor(
        () => expect(lanes.fromClients.map((lane) => lane.waiting)).toEqual(waiting),
        longWait,
      );
      await vi.waitFor(() => expect(tunnel.fromClient().messages).toBe(20), longWait);
      expect(lanes.fromClients.map(({ messages }) => messages)).toEqual([20, 20, 20]);
    },
  );

  test('a key that is used up does not hold back another key of its route', async () => {
    const table = new TrafficTable(wheel);
    const limited = { tenant: perSecond(1000), route: perSecond(1000) };
    const slow = await join(patient, { lanes: table.join(ownersWith({ ...limited, apiKey: perSecond(1) })) });
    const other = { id: 'key_b', rates: perSecond(1000) };
    const fast = await join(patient, { lanes: table.join({ ...ownersWith(limited), apiKey: other }) });
    for (const { client, upstream } of [slow, fast]) {
      upstream.resume();
      client.write(twentyAtOnce);
    }
    await vi.waitFor(() => expect(fast.tunnel.fromClient().messages).toBe(20), longWait);
    expect(slow.tunnel.fromClient().messages).toBeLessThan(20);
  });

  test('a connection passes even if others use up each of its rates', async () => {
    const table = new TrafficTable(wheel);
    const few = perSecond(4);
    const owners = ownersWith({ route: few, apiKey: few });
    const withOther = (other: Partial<RateOwners>): ConnectionLanes => table.join({ ...owners, ...other });
    const ofRoute = withOther({ apiKey: null });
    const ofKey = withOther({ route: { id: 'rte_b', rates: unlimited } });
    const flood = Buffer.concat(Array.from({ length: 5000 }, () => clientFrame('!')));
    const flooding = [await join(patient, { lanes: ofRoute }), await join(patient, { lanes: ofKey })];
    for (const { client, upstream } of flooding) {
      upstream.resume();
      client.write(flood);
    }
    const busy = ({ fromClients: [lane] }: ConnectionLanes): number => lane?.waiting ?? 0;
    await vi.waitFor(() => expect([busy(ofRoute), busy(ofKey)]).toEqual([1, 1]), longWait);
    const both = await join(patient, { lanes: withOther({}) });
    both.upstream.resume();
    both.client.write(twentyAtOnce);
    await vi.waitFor(() => expect(both.tunnel.fromClient().messages).toBeGreaterThanOrEqual(3), longWait);
  });

  test('a message over the rate of the key closes with 1008 if the route requires it', async () => {
    const lanes = joined({ tenant: perSecond(100), apiKey: perSecond(2) });
    const limits = { ...patient, closeTimeoutMs: 50 };
    const { client, upstream, ended } = await join(limits, { lanes, onRate: 'close' });
    upstream.resume();
    client.write(twentyAtOnce);
    expect(await closeFramesTo(client)).toEqual([1008, 'message rate']);
    expect(await ended).toEqual({ endedBy: 'gateway', closeCode: 1008, reason: 'message rate' });
    expect(lanes.fromClients.map(({ messages }) => messages)).toEqual([2, 2]);
  });

  test('bytes that wait are held to new rates at once, and those of removed ones do not return', async () => {
    const table = new TrafficTable(wheel);
    const owners = ownersWith({ apiKey: perSecond(1) });
    const lanes = table.join(owners);
    const { client, upstream, tunnel } = await join(patient, { lanes });
    upstream.resume();
    client.write(Buffer.concat([clientFrame('1'), clientFrame('2'), clientFrame('3')]));
    await vi.waitFor(() => expect(lanes.fromClients[0]?.waiting).toBe(1), longWait);
    const renewed = table.renew(lanes, ownersWith({ route: perSecond(1000) }));
    tunnel.setLanes(renewed);
    await vi.waitFor(() => expect(tunnel.fromClient().messages).toBe(3), longWait);
    expect(lanes.fromClients[0]?.waiting).toBe(0);
    tunnel.setLanes(table.renew(renewed, ownersWith({})));
    client.write(twentyAtOnce);
    await vi.waitFor(() => expect(tunnel.fromClient().messages).toBe(23), longWait);
  });

  test('a connection that ends while it waits gives back its places and the amounts that it reserved', async () => {
    const lanes = joined({ tenant: perSecond(1), route: perSecond(1), apiKey: perSecond(1) });
    for (const lane of lanes.fromClients) lane.take(1, 0);
    const gone = await join({ ...patient, closeTimeoutMs: 20 }, { lanes });
    gone.client.write(twentyAtOnce);
    const waiting = (): number => lanes.fromClients.reduce((sum, lane) => sum + lane.waiting, 0);
    await vi.waitFor(() => expect(waiting()).toBe(1), longWait);
    gone.client.resetAndDestroy();
    gone.upstream.resetAndDestroy();
    gone.tunnel.close(1000, '');
    await gone.ended;
    expect(waiting()).toBe(0);
    for (const lane of lanes.fromClients) {
      await vi.waitFor(() => expect(lane.allowedMessages()).toBe(1), longWait);
    }
  });
});

function perSecond(messagesPerSecond: number): LaneRates {
  return { messagesPerSecond, bytesPerSecond: null };
}

function joined(rates: Parameters<typeof ownersWith>[0]): ConnectionLanes {
  return new TrafficTable(wheel).join(ownersWith(rates));
}

function collect(socket: NodeJS.ReadableStream): () => Buffer {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.resume();
  return () => Buffer.concat(chunks);
}

async function firstChunk(socket: NodeJS.ReadableStream): Promise<Buffer> {
  socket.resume();
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk;
}
