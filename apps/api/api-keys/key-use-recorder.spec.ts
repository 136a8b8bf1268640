import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Answer } from '#libs/fleet';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import type { CommandedGateway } from '../../../test/support/commanded-gateway.js';
import { recordingLogger } from '../../../test/support/config-bus/recording-logger.js';
import { FleetClient } from '../fleet/fleet-client.js';
import { KeyUseRecorder } from './key-use-recorder.js';

type Uses = Answer<'takeKeyUses'>['uses'];

const keys = '/v1/tenants/acme/api-keys';
const earlier = '2026-11-22T14:00:00.000Z';
const later = '2026-11-22T14:00:01.000Z';

let api: ApiUnderTest;
let gateways: [CommandedGateway, CommandedGateway];
let recorder: KeyUseRecorder;
let lines: ReturnType<typeof recordingLogger>['lines'];

beforeEach(async () => {
  api = await ApiUnderTest.start();
  gateways = [api.fleet.addGateway(), api.fleet.addGateway()];
  const recording = recordingLogger();
  lines = recording.lines;
  const logger = { warn: (fields: object, message: string) => recording.logger.warn(fields, message) };
  recorder = new KeyUseRecorder(new FleetClient(api.fleet), api.database, logger as never);
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
});
afterEach(() => api.remove());

let count = 0;
async function makeKey(): Promise<string> {
  return (await api.request('POST', keys, { name: `key ${(count += 1)}` })).body.id;
}

async function lastUsedAt(id: string): Promise<unknown> {
  return ((await api.request('GET', `${keys}/${id}`)).body as unknown as { lastUsedAt: unknown }).lastUsedAt;
}

function uses(gateway: CommandedGateway, ...noted: Uses): void {
  gateway.keyUses.push(...noted);
}

test('lastUsedAt is the latest use on any gateway, and changes neither the revision nor the entity tag', async () => {
  const [used, unused] = [await makeKey(), await makeKey()];
  const before = await api.request('GET', `${keys}/${used}`);
  const revision = await api.revision();
  uses(gateways[0], { apiKeyId: used, at: later });
  uses(gateways[1], { apiKeyId: used, at: earlier });
  await recorder.collect();
  const after = await api.request('GET', `${keys}/${used}`);
  expect(after.body).toEqual({ ...before.body, lastUsedAt: later });
  expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
  expect(await api.revision()).toBe(revision);
  expect(await lastUsedAt(unused)).toBeNull();
});

test('an earlier use reported later, or a use of a deleted key, changes nothing', async () => {
  const id = await makeKey();
  uses(gateways[0], { apiKeyId: id, at: later });
  await recorder.collect();
  uses(gateways[1], { apiKeyId: id, at: earlier }, { apiKeyId: 'key_01jd3x4m5n6p7q8r9s0t1v2w3x', at: later });
  await recorder.collect();
  expect(await lastUsedAt(id)).toBe(later);
});

test('gateways keep the uses of keys while the API cannot reach them', async () => {
  const id = await makeKey();
  uses(gateways[0], { apiKeyId: id, at: later });
  api.fleet.isAway = true;
  await recorder.collect();
  expect(lines).toEqual([]);
  api.fleet.isAway = false;
  await recorder.collect();
  expect(await lastUsedAt(id)).toBe(later);
});

test('a failed write of lastUsedAt is logged and not thrown', async () => {
  const id = await makeKey();
  uses(gateways[0], { apiKeyId: id, at: later });
  await api.refuseWrites();
  await recorder.collect();
  expect(lines.map(({ message }) => message)).toEqual(['lastUsedAt of API keys could not be written']);
});
