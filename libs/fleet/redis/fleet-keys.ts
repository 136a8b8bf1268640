export interface FleetKeys {
  /** Hash of a gateway's id → the JSON of its presence. */
  members: string;
  /** Channel of the JSON of lists of events. */
  events: string;
  /** Channel of the JSON of questions to one gateway. */
  questions(gatewayId: string): string;
  /** Channel of the JSON of answers to one asker. */
  answers(askerId: string): string;
}

/** The names in Redis, with one hash tag as those of the configuration bus. */
export function fleetKeys(prefix: string): FleetKeys {
  const name = (what: string): string => `${prefix}:{fleet}:${what}`;
  return {
    members: name('members'),
    events: name('events'),
    questions: (gatewayId) => name(`questions:${gatewayId}`),
    answers: (askerId) => name(`answers:${askerId}`),
  };
}
