/** A failure of a command, printed as its message only. */
export class CommandError extends Error {}

/** A wrong command line, like an unknown option. */
export class UsageError extends CommandError {}
