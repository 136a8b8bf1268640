/** Milliseconds of the monotonic clock, which is the same in all processes of this machine. */
export function machineMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
