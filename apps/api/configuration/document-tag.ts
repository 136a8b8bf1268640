import { createHash } from 'node:crypto';
import { WorkSlice } from '#libs/async';
import { contentOf, entityTagOf } from '../http/etag.js';
import { eachInSlices } from '../plans/each-in-slices.js';
import { childLists } from '../resources/resources.js';
import { withoutLists, type ConfigurationDocument } from './configuration-document.js';

/** The entity tag of a document, hashed resource by resource. */
export async function documentTag({ version, tenants }: ConfigurationDocument): Promise<string> {
  const slice = new WorkSlice();
  const hash = createHash('sha256').update(String(version));
  const add = (resource: object): void => {
    hash.update(`${contentOf(resource)}\n`);
  };
  for (const tenant of tenants) {
    add(withoutLists(tenant));
    for (const list of childLists) await eachInSlices<object>(tenant[list], add, slice);
  }
  return entityTagOf(hash);
}
