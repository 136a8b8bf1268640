import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { configEntrySchema, newId, publishedApiKeySchema, type ConfigEntry } from '#libs/contract';
import { Configuration } from '#libs/routing';
import { ConfigApplier, type ReceivedOutcome } from '../../libs/config-bus/config-applier.js';
import { changeOf, routeEntry, tenantEntry } from '../support/config-bus/published-entries.js';
import { fuzzProperty } from './fuzz-property.js';
import { damageJson, jsonDamages, strangeJson, type Json } from './json-damage.js';

const epoch = 'epoch-1';
const fleetId = null;
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
// JSON numbers that no double can represent, and nesting that would overflow a parser's stack.
const strangeTexts = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom('', '{', '1e999', 'NaN', '[1e999]', '['.repeat(200_000), `${'{"a":'.repeat(50_000)}1`),
  fc.constant(`${'['.repeat(50_000)}${']'.repeat(50_000)}`),
  strangeJson.map((value) => JSON.stringify(value)),
);

/** The text of a change or an entry: valid, damaged, with a number out of range, or arbitrary. */
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

/**
 * A gateway applies everything that the contract allows, sets the rest aside, and keeps its previous state
 * otherwise.
 */
export const takesOrRefusesChanges = fuzzProperty({
  name: 'takes-or-refuses-changes',
  claim: 'each valid entry of an announced change is applied, even if other entries are invalid',
  share: 0.02,
  cases: changeTexts,
  holds: async (payload) => {
    const { configuration, applier } = await serving();
    const before = configuration.snapshot();
    const outcome = await applier.takeChange(payload);
    assertWholeOrNothing(configuration, outcome, before);
    if (outcome.kind !== 'applied') return;
    assert.deepEqual(configuration.position, { epoch, revision: 2 });
    assertTaken(configuration, before, validEntries((JSON.parse(payload) as { entries: unknown[] }).entries));
  },
});

/** The same for a snapshot in the store or in a file. */
export const takesOrRefusesSnapshots = fuzzProperty({
  name: 'takes-or-refuses-snapshots',
  claim: 'each valid entry of a snapshot is applied, even if other entries are invalid',
  share: 0.02,
  cases: fc.array(entryTexts, { maxLength: 4 }),
  holds: async (entries) => {
    const { configuration, applier } = await serving();
    const before = configuration.snapshot();
    const outcome = await applier.takeSnapshot({ epoch, revision: 7, fleetId, entries });
    assertWholeOrNothing(configuration, outcome, before);
    assert.deepEqual(outcome, { kind: 'applied' });
    assert.equal(configuration.position?.revision, 7);
  },
});

async function serving(): Promise<{ configuration: Configuration; applier: ConfigApplier }> {
  const configuration = new Configuration();
  const applier = new ConfigApplier(configuration, new AbortController().signal);
  const entries = served.map((entry) => JSON.stringify(entry));
  assert.deepEqual(await applier.takeSnapshot({ epoch, revision: 1, fleetId, entries }), { kind: 'applied' });
  return { configuration, applier };
}

// Each resource matches its last valid entry, or, if the rules between resources forbid that, its previous
// state or none.
function assertTaken(
  configuration: Configuration,
  before: ReturnType<Configuration['snapshot']>,
  entries: readonly ConfigEntry[],
): void {
  const valuesOf = (list: readonly ConfigEntry[] = []): Map<string, unknown> =>
    new Map(list.map(({ id, value }) => [id, value]));
  const [served, last] = [valuesOf(before?.entries), valuesOf(entries)];
  for (const [id, value] of valuesOf(configuration.snapshot()?.entries)) {
    const allowed = [last.get(id), served.get(id)].filter((candidate) => candidate !== undefined);
    assert.ok(allowed.some((candidate) => isDeepStrictEqual(candidate, value)));
  }
}

function validEntries(candidates: readonly unknown[]): ConfigEntry[] {
  return candidates.flatMap((candidate) => configEntrySchema.safeParse(candidate).data ?? []);
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
    // The follower would catch an exception of the consumer; there must be none.
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
