import { storedRouteSchema, type PublishedRoute } from '#libs/contract';

/** The upstreams of a published route, with defaults for missing fields. */
export function upstreamsOf(...upstreams: readonly object[]): PublishedRoute['upstreams'] {
  return storedRouteSchema.shape.upstreams.parse(upstreams);
}
