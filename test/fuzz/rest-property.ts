import assert from 'node:assert/strict';
import fc from 'fast-check';
import { problems } from '#libs/problem-details';
import { fuzzProperty, type FuzzProperty } from './fuzz-property.js';
import { FuzzedApi, type BodyOperation } from './fuzzed-api.js';
import { damageJson, jsonDamages, strangeJson, type Json } from './json-damage.js';
import { valuesOf } from './schema-values.js';

interface Problem {
  status: number;
  code: string;
  errors?: { field: string; message: string }[];
}

const damageLists = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 5, arbitrary: fc.array(jsonDamages, { minLength: 1, maxLength: 2 }) },
);
const otherTypes = fc.constantFrom(
  'text/plain',
  'application/xml',
  'multipart/form-data',
  'application/jsonp',
);
const otherTexts = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom('', ' ', '{', '1e999', '[1e999]', '{"slug":1e999}', '\ufeff{}', '['.repeat(100_000)),
  fc.constant(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  // Texts that two parsers may read as different values.
  fc.constantFrom(
    '{"slug":"a","slug":"b"}',
    '{"name":"\\ud800"}',
    '{"maxConnections":-0}',
    '{"requestHeaders":{"set":{"__proto__":"x"}}}',
    '{"limits":{"__proto__":{"maxConnections":1}}}',
  ),
  strangeJson.map((value) => JSON.stringify(value)),
);

/** The bodies are generated from the current openapi.json, so that new operations are included. */
export function answersAnyBody(): FuzzProperty {
  let started: Promise<FuzzedApi> | null = null;
  return fuzzProperty({
    name: 'answers-any-body',
    claim: 'no body of a REST call gets a 5xx; a refusal has a code, names the field, and changes nothing',
    share: 0.01,
    cases: fc.gen(),
    holds: async (draw) => {
      const api = await (started ??= FuzzedApi.start());
      const operation = draw(() => fc.constantFrom(...api.operations));
      const { text, type } = draw(bodiesOf, operation, api);
      const before = await api.standing();
      const answer = await api.request(operation.method, operation.path, text, type);
      const shown = `${operation.id} answers ${answer.status}`;
      assert.ok(answer.status < 500, shown);
      if (answer.ok) {
        await answer.arrayBuffer();
        return;
      }
      assert.equal(answer.headers.get('content-type'), 'application/problem+json', shown);
      assertNames((await answer.json()) as Problem, answer.status, shown);
      assert.equal(await api.standing(), before, `${shown}, but it changed the configuration`);
    },
    close: async () => {
      await (await started)?.close();
      started = null;
    },
  });
}

function assertNames({ code, status, errors }: Problem, answered: number, shown: string): void {
  assert.ok(Object.hasOwn(problems, code), `${shown}: ${code}`);
  assert.equal(status, answered, shown);
  if (code !== 'validation_failed') return;
  assert.ok(errors !== undefined && errors.length > 0 && errors.length <= 100, shown);
  for (const { field, message } of errors) {
    assert.ok(field !== '' && message !== '', shown);
    assert.doesNotMatch(message, /^(Invalid|Too (big|small)|Unrecognized)/, shown);
  }
}

function bodiesOf(
  { schema }: BodyOperation,
  { schemas }: Pick<FuzzedApi, 'schemas'>,
): fc.Arbitrary<{ text: string; type: string }> {
  const json = fc.constant('application/json');
  const text = fc
    .tuple(valuesOf(schema, schemas), damageLists)
    .map(([value, list]) => JSON.stringify(list.reduce<Json>(damageJson, value)));
  return fc.oneof(
    { weight: 8, arbitrary: fc.record({ text, type: json }) },
    { weight: 1, arbitrary: fc.record({ text: otherTexts, type: json }) },
    { weight: 1, arbitrary: fc.record({ text, type: otherTypes }) },
  );
}
