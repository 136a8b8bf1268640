/** Milliseconds of the monotonic clock, which all processes of this machine share. */
export function machineMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
