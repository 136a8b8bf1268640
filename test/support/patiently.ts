/** For `vi.waitFor`: long enough for a machine that is busy with something else, and a condition is looked at often. */
export const patiently = { timeout: 15_000, interval: 5 };
