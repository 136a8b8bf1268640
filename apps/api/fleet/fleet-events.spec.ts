import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Release } from '#libs/async';
import type { Fleet } from '#libs/fleet';
import { CommandedFleet } from '../../../test/support/commanded-fleet.js';
import { FleetEvents } from './fleet-events.js';

const logger = pino({ level: 'silent' });

test('all listeners share one subscription, which ends with the last listener, even if that is released twice', async () => {
  const fleet = new CommandedFleet();
  const gateway = fleet.addGateway();
  const events = new FleetEvents(fleet, logger);
  const received: string[] = [];
  const one = await events.listen(() => received.push('one'));
  const other = await events.listen(() => received.push('other'));
  expect(fleet.listenerCount).toBe(1);
  one();
  one();
  gateway.publish({ type: 'tapEnded', tapId: 'tap' });
  await Promise.resolve();
  expect(received).toEqual(['other']);
  other();
  await Promise.resolve();
  expect(fleet.listenerCount).toBe(0);
});

test('a failed subscription rejects, and the next listener subscribes again', async () => {
  const fleet = new CommandedFleet();
  const events = new FleetEvents(fleet, logger);
  fleet.isAway = true;
  await expect(events.listen(() => undefined)).rejects.toThrow('down on command');
  fleet.isAway = false;
  const release = await events.listen(() => undefined);
  expect(fleet.listenerCount).toBe(1);
  release();
  await Promise.resolve();
  expect(fleet.listenerCount).toBe(0);
});

test('a subscription established after its last listener has left is released', async () => {
  const gate = new GatedSubscription();
  const events = new FleetEvents(gate.asFleet, logger);
  const release = events.keepListening(() => undefined);
  release();
  gate.open();
  await gate.isReleased;
});

/** Keeps subscriptions of a fleet pending until it is opened. */
class GatedSubscription {
  open: () => void = () => undefined;
  #released: () => void = () => undefined;
  readonly isReleased = new Promise<void>((resolve) => (this.#released = resolve));
  readonly #isOpen = new Promise<void>((resolve) => (this.open = resolve));

  get asFleet(): Fleet {
    const subscribe = (): Promise<Release> => this.#isOpen.then(() => this.#released);
    return { subscribe } as unknown as Fleet;
  }
}
