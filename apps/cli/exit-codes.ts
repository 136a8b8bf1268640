/** What the exit code of every command means; docs/command-line.md has the same. */
export const exitCodes = {
  done: 0,
  /** `diff`: file and API differ. `connect`, `tap`: refused, not reached, or ended without a close frame. */
  negative: 1,
  /** The command line, a file, the token or the API is wrong. */
  failed: 2,
} as const;
