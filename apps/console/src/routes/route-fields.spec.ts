import { expect, test } from 'vitest';
import type { FieldSpec } from '../form/field-spec.js';
import { isObject, type FormObject } from '../form/form-value.js';
import { newRoute } from './new-route.js';
import { routeFields } from './route-fields.js';

test('the form has a field for every value of a route', () => {
  const covered = routeFields.flatMap((field) => pathsOf(field));
  const missing = pathsIn(newRoute).filter(
    (path) =>
      !covered.some((held) => path === held || path.startsWith(`${held}.`) || held.startsWith(`${path}.`)),
  );
  expect(missing).toEqual([]);
});

function pathsOf(field: FieldSpec): string[] {
  if (field.kind !== 'group') return [field.path];
  return field.fields.flatMap((inner) => pathsOf(inner).map((path) => `${field.path}.${path}`));
}

/** The paths of all values that are not objects. */
function pathsIn(value: FormObject): string[] {
  return Object.entries(value).flatMap(([name, held]) =>
    isObject(held) && Object.keys(held).length > 0 ? pathsIn(held).map((path) => `${name}.${path}`) : [name],
  );
}
