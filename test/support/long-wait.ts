/** Options for `vi.waitFor`: a timeout that is long enough for a busy machine, and frequent checks. */
export const longWait = { timeout: 30_000, interval: 5 };
