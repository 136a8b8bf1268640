const slots = 2 ** 32;

/**
 * Returns the slot of a socket or a connection. Slots are reused; the generation in an id distinguishes the
 * users of a slot.
 */
export function slotOf(id: number): number {
  return id >>> 0;
}

export function generationOf(id: number): number {
  return Math.floor(id / slots);
}

export function idOf(slot: number, generation: number): number {
  return generation * slots + slot;
}
