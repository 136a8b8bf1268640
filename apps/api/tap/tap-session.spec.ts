import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newId } from '#libs/contract';
import { CommandedFleet } from '../../../test/support/commanded-fleet.js';
import type { CommandedGateway } from '../../../test/support/commanded-gateway.js';
import { longWait } from '../../../test/support/long-wait.js';
import { StuckSocket } from '../../../test/support/stuck-socket.js';
import { TapSession } from './tap-session.js';
import { TapWatcher } from './tap-watcher.js';

const leaseMs = 30;

let fleet: CommandedFleet;
let gateway: CommandedGateway;
let socket: StuckSocket;
let session: TapSession;
beforeEach(async () => {
  fleet = new CommandedFleet();
  gateway = fleet.addGateway();
  socket = new StuckSocket();
  const watcher = new TapWatcher();
  watcher.attach(socket.asWebSocket);
  const connection = gateway.connect(newId('tenant'));
  session = new TapSession(fleet, watcher, { tapId: 'tap', connection, payloadBytes: 0 }, leaseMs);
  expect(await session.begin()).toBe('held');
});
afterEach(() => session.end());

test('the lease is renewed while a client watches, and not afterwards', async () => {
  await vi.waitFor(() => expect(gateway.requestsOf('tapConnection').length).toBeGreaterThan(5), longWait);
  session.end();
  session.end();
  await vi.waitFor(() => expect(gateway.taps.size).toBe(0), longWait);
  expect(gateway.requestsOf('endTap')).toEqual([{ tapId: 'tap' }]);
  expect(socket.closedWith).toBeNull();
});

test('an unreported end of the connection is noticed at the next renewal', async () => {
  gateway.connections = [];
  await vi.waitFor(() => expect(socket.closedWith).toEqual([1000, 'connection ended']), longWait);
});

test('a lease that cannot be renewed in time ends the tap with 1011', async () => {
  fleet.isAway = true;
  await vi.waitFor(() => expect(socket.closedWith).toEqual([1011, 'gateway lost']), longWait);
});
