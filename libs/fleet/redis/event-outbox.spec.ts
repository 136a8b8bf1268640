import { describe, expect, test } from 'vitest';
import { recordingLogger } from '../../../test/support/config-bus/recording-logger.js';
import { numberedEvent } from '../../../test/support/fleet/fleet-samples.js';
import { gate } from '../../../test/support/fleet/scripted-member.js';
import type { FleetEvent } from '../events.js';
import { EventOutbox } from './event-outbox.js';

function outbox(publish: (events: FleetEvent[]) => Promise<void>) {
  const { logger, lines } = recordingLogger();
  const made = new EventOutbox((message) => publish(JSON.parse(message) as FleetEvent[]), logger);
  return { outbox: made, lines };
}

describe('EventOutbox', () => {
  test('one message is sent at a time, with all events added during the previous one, in order', async () => {
    const sent: FleetEvent[][] = [];
    const { opened, open } = gate();
    const { outbox: made } = outbox((events) => {
      sent.push(events);
      return opened;
    });
    made.add(numberedEvent('tap', 1));
    made.add(numberedEvent('tap', 2));
    await Promise.resolve();
    for (const number of [3, 4, 5]) made.add(numberedEvent('tap', number));
    expect(sent).toHaveLength(1);
    open();
    await made.drained();
    made.add(numberedEvent('tap', 6));
    await made.drained();
    const numbers = sent.map((events) => events.map((event) => 'omitted' in event && event.omitted));
    expect(numbers).toEqual([[1, 2], [3, 4, 5], [6]]);
  });

  test('the size of the outbox is bounded while nothing can be sent, and dropped events are logged once', async () => {
    const sizes: number[] = [];
    const { opened, open } = gate();
    const { outbox: made, lines } = outbox((events) => {
      sizes.push(JSON.stringify(events).length);
      return opened;
    });
    const large = numberedEvent('x'.repeat(100_000), 1);
    for (let count = 0; count < 200; count += 1) made.add(large);
    open();
    await made.drained();
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(3_000_000);
    expect(total).toBeLessThan(4_100_000);
    expect(lines.map(({ message }) => message)).toEqual(['events of this gateway are dropped']);
  });

  test('events that cannot be sent are dropped, and later ones are sent', async () => {
    const sent: FleetEvent[][] = [];
    let isAway = true;
    const { outbox: made, lines } = outbox((events) => {
      if (isAway) return Promise.reject(new Error('the bus is down'));
      sent.push(events);
      return Promise.resolve();
    });
    for (let number = 1; number <= 3; number += 1) {
      made.add(numberedEvent('tap', number));
      await made.drained();
    }
    expect(lines).toHaveLength(1);
    isAway = false;
    made.add(numberedEvent('tap', 4));
    await made.drained();
    expect(sent).toEqual([[numberedEvent('tap', 4)]]);
  });
});
