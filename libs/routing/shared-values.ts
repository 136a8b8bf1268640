// Sharing does not pay beyond this many different values.
const maxValues = 1024;

/**
 * Returns one object for all equal ones: most of 100,000 routes have the default timeouts, so one copy of
 * them is enough. It is frozen, since it is shared.
 */
export class SharedValues<Value extends object> {
  readonly #values = new Map<string, Value>();

  share(value: Value): Value {
    const text = JSON.stringify(value);
    const shared = this.#values.get(text);
    if (shared !== undefined) return shared;
    if (this.#values.size >= maxValues) return value;
    freezeDeep(value);
    this.#values.set(text, value);
    return value;
  }
}

function freezeDeep(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  Object.values(value).forEach(freezeDeep);
}
