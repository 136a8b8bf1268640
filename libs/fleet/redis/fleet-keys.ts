export interface FleetKeys {
  /** Hash of a gateway's id → the JSON of its presence. */
  members: string;
  /** Hash of a gateway's id → the JSON of its loads. */
  loads: string;
  /** Hash of a gateway's id → the JSON of the reports of usage that it left when it stopped. */
  usage: string;
  /** Channel of the JSON of lists of events. */
  events: string;
  /** Channel of the JSON of requests to one gateway. */
  requests(gatewayId: string): string;
  /** Channel of the JSON of answers to one API. */
  answers(apiId: string): string;
}

/**
 * The names in Redis, with one hash tag like those of the configuration bus. They must not change, for fleets
 * of mixed versions.
 */
export function fleetKeys(prefix: string): FleetKeys {
  const name = (what: string): string => `${prefix}:{fleet}:${what}`;
  return {
    members: name('members'),
    loads: name('loads'),
    usage: name('usage'),
    events: name('events'),
    requests: (gatewayId) => name(`questions:${gatewayId}`),
    answers: (apiId) => name(`answers:${apiId}`),
  };
}
