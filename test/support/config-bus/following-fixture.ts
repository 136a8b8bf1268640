import { afterEach, beforeEach, expect, vi } from 'vitest';
import { ConfigFollower, type ConfigFollowerOptions } from '#libs/config-bus';
import type { ConfigEntry } from '#libs/contract';
import type { ConfigBusUnderTest } from './config-bus-under-test.js';
import { snapshotOf } from './published-entries.js';
import { RecordingConsumer } from './recording-consumer.js';
import { recordingLogger, type LogLine } from './recording-logger.js';
import { longWait } from '../long-wait.js';

interface Following {
  consumer: RecordingConsumer;
  follower: ConfigFollower;
  lines: LogLine[];
}

interface FollowingFixture {
  readonly bus: ConfigBusUnderTest;
  /** Starts a follower, which the fixture stops. By default its periodic check runs once a minute. */
  follow(options?: Partial<ConfigFollowerOptions>): Promise<Following>;
  /** Like `follow`, without waiting for the first applied revision. */
  begin(options?: Partial<ConfigFollowerOptions>): Following;
  /** Stores `entries` as revision 1, starts a follower, and waits until it has applied them. */
  followed(entries: ConfigEntry[], options?: Partial<ConfigFollowerOptions>): Promise<Following>;
  reaches(follower: ConfigFollower, revision: number, epoch?: string): Promise<void>;
  becomes(follower: ConfigFollower, status: object): Promise<void>;
}

/** A fresh bus for each test, and followers on it. */
export function followingFixture(open: () => Promise<ConfigBusUnderTest>): FollowingFixture {
  let opened: ConfigBusUnderTest | undefined;
  let followers: ConfigFollower[] = [];
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(async () => {
    for (const follower of followers) await follower.stop();
    followers = [];
    await opened?.dispose();
  });

  const fixture: FollowingFixture = {
    get bus() {
      if (opened === undefined) throw new Error('the bus exists only while a test runs');
      return opened;
    },
    async follow(options = {}) {
      const following = fixture.begin(options);
      await following.follower.start();
      return following;
    },
    begin(options = {}) {
      const consumer = new RecordingConsumer();
      const { logger, lines } = recordingLogger();
      const { source } = fixture.bus;
      const follower = new ConfigFollower({
        source,
        consumer,
        logger,
        checkIntervalMs: 60_000,
        firstAnswerMs: 200,
        ...options,
      });
      followers.push(follower);
      return { consumer, follower, lines };
    },
    async followed(entries, options = {}) {
      await fixture.bus.sink.storeSnapshot(snapshotOf(1, entries));
      const following = await fixture.follow(options);
      await fixture.reaches(following.follower, 1);
      return following;
    },
    reaches: (follower, revision, epoch = 'epoch-1') =>
      fixture.becomes(follower, { state: 'following', appliedPosition: { epoch, revision } }),
    becomes: (follower, status) => vi.waitFor(() => expect(follower.status).toMatchObject(status), longWait),
  };
  return fixture;
}
