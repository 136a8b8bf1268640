import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../test/support/config-bus/recording-logger.js';
import { countAll } from '../../test/support/fleet/fleet-samples.js';
import { gate, ScriptedMember } from '../../test/support/fleet/scripted-member.js';
import { Respondent, type ReceivedQuestion } from './respondent.js';

const received = (deliver: ReceivedQuestion['deliver'] = () => undefined): ReceivedQuestion => ({
  kind: 'closeConnections',
  question: countAll,
  isExpired: () => Promise.resolve(false),
  deliver,
});

describe('Respondent', () => {
  it('leaves unanswered what is over its capacity, says so once for each flood, and has it back afterwards', async () => {
    const { opened, open } = gate();
    const member = new ScriptedMember(async () => {
      await opened;
      return { matched: 1 };
    });
    const { logger, lines } = recordingLogger();
    const respondent = new Respondent(member, logger, 3);
    const flood = Array.from({ length: 10 }, () => respondent.respond(received()));
    await Promise.all(flood.slice(3));
    expect(member.asked).toHaveLength(3);
    expect(lines.map(({ message }) => message)).toEqual(['too many questions at once; some go unanswered']);
    open();
    await Promise.all(flood);
    await respondent.respond(received());
    expect(member.asked).toHaveLength(4);
    await Promise.all(Array.from({ length: 4 }, () => respondent.respond(received())));
    expect(lines).toHaveLength(2);
  });

  it('counts a question until its answer is delivered', async () => {
    const { opened, open } = gate();
    const member = new ScriptedMember();
    const respondent = new Respondent(member, recordingLogger().logger, 1);
    const first = respondent.respond(received(() => opened));
    await respondent.respond(received());
    expect(member.asked).toHaveLength(1);
    open();
    await first;
    await respondent.respond(received());
    expect(member.asked).toHaveLength(2);
  });

  it('an answer that cannot be delivered ends nothing', async () => {
    const { logger, lines } = recordingLogger();
    const respondent = new Respondent(new ScriptedMember(), logger, 1);
    await respondent.respond(received(() => Promise.reject(new Error('the bus is away'))));
    await respondent.respond(received());
    expect(lines).toEqual([expect.objectContaining({ level: 'error' })]);
  });

  it('a question for which nobody waits any more is not taken up', async () => {
    const member = new ScriptedMember();
    const { logger, lines } = recordingLogger();
    const respondent = new Respondent(member, logger);
    await respondent.respond({ ...received(), isExpired: () => Promise.resolve(true) });
    expect(member.asked).toEqual([]);
    expect(lines.map(({ message }) => message)).toEqual(['a question that came too late was dropped']);
  });
});
