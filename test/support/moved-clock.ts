/** Options of Node.js for a program whose `Date` is off by this; its timers and `performance` are not. */
export function movedClock(byMs: number): string[] {
  const program = `const { now } = Date;
globalThis.Date = class extends Date {
  constructor(...given) {
    if (given.length === 0) super(now() + ${byMs});
    else super(...given);
  }
  static now() {
    return now() + ${byMs};
  }
};`;
  return ['--import', `data:text/javascript,${encodeURIComponent(program)}`];
}
