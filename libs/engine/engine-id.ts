const slots = 2 ** 32;

/** The slot of a socket or a connection. Slots are used again; an id has a generation above its slot, which tells its users apart. */
export function slotOf(id: number): number {
  return id >>> 0;
}

export function generationOf(id: number): number {
  return Math.floor(id / slots);
}

export function idOf(slot: number, generation: number): number {
  return generation * slots + slot;
}
