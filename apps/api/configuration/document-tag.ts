import { createHash } from 'node:crypto';
import { WorkSlice } from '#libs/async';
import { contentOf, entityTagOf } from '../http/etag.js';
import type { ConfigurationDocument } from './configuration-document.js';
import { eachInSlices } from './each-in-slices.js';

/** The entity tag of a document, made of its things one by one. */
export async function documentTag({ version, tenants }: ConfigurationDocument): Promise<string> {
  const slice = new WorkSlice();
  const hash = createHash('sha256').update(String(version));
  const add = (thing: object): void => {
    hash.update(`${contentOf(thing)}\n`);
  };
  for (const { routes, apiKeys, ...tenant } of tenants) {
    add(tenant);
    await eachInSlices(routes, add, slice);
    await eachInSlices(apiKeys, add, slice);
  }
  return entityTagOf(hash);
}
