import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  configChangeSchema,
  configEntrySchema,
  newId,
  publishedApiKeySchema,
  type ConfigEntry,
} from '#libs/contract';
import { Configuration } from '#libs/routing';
import { ConfigApplier, type ReceivedOutcome } from '../../libs/config-bus/config-applier.js';
import { changeOf, routeEntry, tenantEntry } from '../support/config-bus/published-entries.js';
import { fuzzProperty } from './fuzz-property.js';
import { damageJson, jsonDamages, strangeJson, type Json } from './json-damage.js';

const epoch = 'epoch-1';
const tenant = tenantEntry('acme');
const other = tenantEntry('other');
const served = [tenant, routeEntry(tenant.id, '/a'), keyEntry(tenant.id)];
const news: ConfigEntry[] = [
  other,
  { ...tenant, value: null },
  routeEntry(tenant.id, '/b'),
  routeEntry(tenant.id, '/a'),
  routeEntry(other.id, '/c'),
  keyEntry(tenant.id),
  keyEntry(other.id),
  ...served,
  ...served.map((entry) => ({ ...entry, value: null })),
];

const entryLists = fc.array(fc.constantFrom(...news), { maxLength: 4 });
const damageLists = fc.array(jsonDamages, { maxLength: 2 });
// Numbers that JSON has and no double does, and nesting that would overflow a parser's stack.
const strangeTexts = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom('', '{', '1e999', 'NaN', '[1e999]', '['.repeat(200_000), `${'{"a":'.repeat(50_000)}1`),
  fc.constant(`${'['.repeat(50_000)}${']'.repeat(50_000)}`),
  strangeJson.map((value) => JSON.stringify(value)),
);

/** Text of a change or an entry: as it should be, damaged, with a number out of range, or anything at all. */
function texts(values: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const damaged = fc.tuple(values, damageLists, fc.boolean()).map(([value, list, isHuge]) => {
    const text = JSON.stringify(list.reduce(damageJson, value as Json));
    return isHuge ? text.replace(/:\d+/, ':1e999') : text;
  });
  return fc.oneof({ weight: 8, arbitrary: damaged }, { weight: 1, arbitrary: strangeTexts });
}

const changeTexts = texts(
  fc
    .tuple(fc.constantFrom(1, 2, 2, 2, 2, 3), entryLists)
    .map(([revision, entries]) => changeOf(revision, entries, epoch)),
);
const entryTexts = texts(fc.constantFrom(...news));

/** A gateway takes what the contract allows, refuses the rest as a whole, and goes on serving what it served. */
export const takesOrRefusesChanges = fuzzProperty({
  name: 'takes-or-refuses-changes',
  claim: 'a change that is announced is taken as the contract says or refused as a whole, whatever it is',
  share: 0.02,
  cases: changeTexts,
  holds: async (payload) => {
    const { configuration, applier } = await serving();
    const before = configuration.snapshot();
    const outcome = await applier.takeChange(payload);
    assertWholeOrNothing(configuration, outcome, before);
    if (outcome.kind !== 'applied') return;
    const change = configChangeSchema.parse(JSON.parse(payload));
    assert.deepEqual(configuration.position, { epoch, revision: 2 });
    const last = new Map(change.entries.map((entry) => [entry.id, entry.value]));
    for (const { id, value } of configuration.snapshot()?.entries ?? []) {
      if (last.has(id)) assert.deepEqual(value, last.get(id));
    }
  },
});

/** The same for what is stored, or was kept in a file. */
export const takesOrRefusesSnapshots = fuzzProperty({
  name: 'takes-or-refuses-snapshots',
  claim: 'a snapshot is taken as the contract says or refused as a whole, whatever is in it',
  share: 0.02,
  cases: fc.array(entryTexts, { maxLength: 4 }),
  holds: async (entries) => {
    const { configuration, applier } = await serving();
    const before = configuration.snapshot();
    const outcome = await applier.takeSnapshot({ epoch, revision: 7, entries });
    assertWholeOrNothing(configuration, outcome, before);
    if (outcome.kind === 'applied') assert.equal(configuration.position?.revision, 7);
  },
});

async function serving(): Promise<{ configuration: Configuration; applier: ConfigApplier }> {
  const configuration = new Configuration();
  const applier = new ConfigApplier(configuration, new AbortController().signal);
  const entries = served.map((entry) => JSON.stringify(entry));
  assert.deepEqual(await applier.takeSnapshot({ epoch, revision: 1, entries }), { kind: 'applied' });
  return { configuration, applier };
}

function assertWholeOrNothing(
  configuration: Configuration,
  outcome: ReceivedOutcome,
  before: ReturnType<Configuration['snapshot']>,
): void {
  const after = configuration.snapshot();
  assert.equal(Reflect.get({}, 'polluted'), undefined);
  if (outcome.kind === 'refused') {
    assert.ok(outcome.reason.length > 0 && outcome.reason.length < 1000);
    // A fault of the consumer is caught where changes are taken: it must not get that far.
    assert.doesNotMatch(outcome.reason, /could not be applied/);
  }
  if (outcome.kind !== 'applied') assert.deepEqual(after, before);
  for (const entry of after?.entries ?? []) assert.deepEqual(configEntrySchema.parse(entry), entry);
}

function keyEntry(tenantId: string): ConfigEntry {
  const id = newId('apiKey');
  const secretHash = '0'.repeat(64);
  const value = publishedApiKeySchema.parse({ id, tenantId, prefix: `slc_${id.slice(-12)}`, secretHash });
  return { kind: 'apiKey', id, value };
}
