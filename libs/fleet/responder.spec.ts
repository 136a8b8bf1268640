import { describe, expect, test } from 'vitest';
import { recordingLogger } from '../../test/support/config-bus/recording-logger.js';
import { countAll } from '../../test/support/fleet/fleet-samples.js';
import { gate, ScriptedMember } from '../../test/support/fleet/scripted-member.js';
import { Responder, type ReceivedRequest } from './responder.js';

const received = (deliver: ReceivedRequest['deliver'] = () => undefined): ReceivedRequest => ({
  kind: 'closeConnections',
  fields: countAll,
  isExpired: () => Promise.resolve(false),
  deliver,
});

describe('Responder', () => {
  test('requests above the capacity are dropped with one log line for each flood, and later requests are answered', async () => {
    const { opened, open } = gate();
    const member = new ScriptedMember(async () => {
      await opened;
      return { matched: 1 };
    });
    const { logger, lines } = recordingLogger();
    const responder = new Responder(member, logger, 3);
    const flood = Array.from({ length: 10 }, () => responder.respond(received()));
    await Promise.all(flood.slice(3));
    expect(member.requests).toHaveLength(3);
    expect(lines.map(({ message }) => message)).toEqual([
      'too many fleet requests at once; some are dropped',
    ]);
    open();
    await Promise.all(flood);
    await responder.respond(received());
    expect(member.requests).toHaveLength(4);
    await Promise.all(Array.from({ length: 4 }, () => responder.respond(received())));
    expect(lines).toHaveLength(2);
  });

  test('a request uses capacity until its answer has been delivered', async () => {
    const { opened, open } = gate();
    const member = new ScriptedMember();
    const responder = new Responder(member, recordingLogger().logger, 1);
    const first = responder.respond(received(() => opened));
    await responder.respond(received());
    expect(member.requests).toHaveLength(1);
    open();
    await first;
    await responder.respond(received());
    expect(member.requests).toHaveLength(2);
  });

  test('an answer that cannot be delivered does not end the process', async () => {
    const { logger, lines } = recordingLogger();
    const responder = new Responder(new ScriptedMember(), logger, 1);
    await responder.respond(received(() => Promise.reject(new Error('the bus is down'))));
    await responder.respond(received());
    expect(lines).toEqual([expect.objectContaining({ level: 'error' })]);
  });

  test('an expired request is not executed', async () => {
    const member = new ScriptedMember();
    const { logger, lines } = recordingLogger();
    const responder = new Responder(member, logger);
    await responder.respond({ ...received(), isExpired: () => Promise.resolve(true) });
    expect(member.requests).toEqual([]);
    expect(lines.map(({ message }) => message)).toEqual(['an expired fleet request was dropped']);
  });
});
