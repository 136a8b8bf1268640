/** A command cannot do what it was asked for. The message is all that is printed. */
export class CommandError extends Error {}

/** The command line itself is wrong, like an option that does not exist. */
export class UsageError extends CommandError {}
