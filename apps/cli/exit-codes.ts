/** The exit codes of all commands, which docs/command-line.md lists too. */
export const exitCodes = {
  done: 0,
  /** `diff`: file and API differ. `connect`, `tap`: refused, not reached, or ended without a close frame. */
  negative: 1,
  /** The command line, a file, the token or the API is wrong. */
  failed: 2,
} as const;
