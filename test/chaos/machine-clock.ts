/** Milliseconds of a clock that all processes of this machine share and nobody sets back. */
export function machineMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
