import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer, type PerMessageDeflateOptions } from 'ws';
import type { FleetEvent, TapFrame } from '#libs/fleet';
import { GatewayWorld } from '../support/gateway-world.js';
import { longWait } from '../support/long-wait.js';

const tapId = 'a-tap';
const words = ['gateway', 'tenant', 'connection', '{"type":"chat"}', 'ünïcode', '🙂'];

let world: GatewayWorld;
let server: WebSocketServer;
let client: WebSocket;
let peer: WebSocket;
let frames: TapFrame[];

/** A client and an upstream that have negotiated permessage-deflate with these options. */
async function join(options: PerMessageDeflateOptions): Promise<void> {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: options });
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await world.route(await world.tenant(), { upstreams: [{ url }] });
  const joined = once(server, 'connection') as Promise<[WebSocket]>;
  client = new WebSocket(world.url, { perMessageDeflate: options });
  await once(client, 'open');
  [peer] = await joined;
}

async function tap(): Promise<void> {
  const subscriber = (event: FleetEvent): void => {
    if (event.type === 'tapFrames') frames.push(...event.frames);
  };
  await world.fleet.subscribe(subscriber);
  const [connection] = world.gateway.connections.all();
  const request = { tapId, connectionId: connection?.id ?? '', payloadBytes: 65_536, leaseMs: 60_000 };
  await world.fleet.ask(world.gateway.id, 'tapConnection', request);
}

async function say(from: WebSocket, to: WebSocket, text: string): Promise<void> {
  const arrived = once(to, 'message') as Promise<[Buffer]>;
  from.send(text);
  expect((await arrived)[0].toString()).toBe(text);
}

function textOf({ payload }: TapFrame): string {
  return Buffer.from(payload?.bytes ?? '', 'base64').toString();
}

/** Recurring words, so that messages repeat parts of earlier messages. */
function texts(count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    Array.from({ length: 1 + (index % 40) }, (_word, place) => words[(index * place) % words.length]).join(
      ' ',
    ),
  );
}

beforeEach(async () => {
  frames = [];
  world = await GatewayWorld.start();
});

afterEach(async () => {
  client.terminate();
  server.close();
  await world.expectNothingHeld();
  await world.close();
});

describe('a tap inflates messages that ws has compressed', () => {
  const agreements: [name: string, options: PerMessageDeflateOptions][] = [
    ['with context takeover', { threshold: 0 }],
    ['without', { threshold: 0, clientNoContextTakeover: true, serverNoContextTakeover: true }],
    ['with small windows', { threshold: 0, clientMaxWindowBits: 9, serverMaxWindowBits: 10 }],
  ];

  test.each(agreements)('%s, in both directions', async (_name, options) => {
    await join(options);
    await tap();
    const said = texts(60);
    for (const text of said) {
      await say(client, peer, text);
      await say(peer, client, text);
    }
    await vi.waitFor(() => expect(frames).toHaveLength(2 * said.length), longWait);
    for (const from of ['client', 'upstream']) {
      const ofSide = frames.filter((frame) => frame.from === from);
      expect(ofSide.map(textOf)).toEqual(said);
      for (const { isCompressed, payload } of ofSide) {
        expect(isCompressed).toBe(true);
        expect(payload).toMatchObject({ isTruncated: false, isInflated: true, unknownBytes: 0 });
      }
    }
  });

  test('in fragments: the whole message is reported with the last fragment', async () => {
    await join({ threshold: 0 });
    await tap();
    const arrived = once(peer, 'message') as Promise<[Buffer]>;
    client.send('in three ', { fin: false });
    client.send('fragments ', { fin: false });
    client.send('it came', { fin: true });
    await arrived;
    await vi.waitFor(() => expect(frames).toHaveLength(3), longWait);
    expect(frames.map(({ payload }) => payload === null)).toEqual([true, true, false]);
    expect(frames.map(({ opcode, isFinal }) => `${opcode} ${isFinal}`)).toEqual([
      'text false',
      'continuation false',
      'continuation true',
    ]);
    expect(frames.map(textOf)).toEqual(['', '', 'in three fragments it came']);
  });
});

test('a tap that begins later reports new data, and zero bytes in place of references to earlier messages', async () => {
  await join({ threshold: 0 });
  await say(client, peer, '{"type":"chat","text":"before the tap"}');
  await tap();
  const text = '{"type":"chat","text":"NEW WORDS"}';
  await say(client, peer, text);
  await vi.waitFor(() => expect(frames).toHaveLength(1), longWait);
  const [frame] = frames;
  const shown = frame ? textOf(frame) : '';
  expect(shown).toContain('NEW WORDS');
  const { unknownBytes = 0, isInflated } = frame?.payload ?? {};
  expect(isInflated).toBe(true);
  expect(unknownBytes).toBeGreaterThan(10);
  const filled = Array.from(text, (letter, index) => (shown[index] === '\0' ? letter : shown[index]));
  expect(filled.join('')).toBe(text);
});
