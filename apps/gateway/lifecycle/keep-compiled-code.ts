import { setFlagsFromString } from 'node:v8';

/** The option of V8: milliseconds from a garbage collection to that of an idle process. */
export const idleCollectionOption = '--gc-memory-reducer-start-delay-ms';
const maxDelayMs = 1_000_000_000;

/**
 * Prevents V8 from collecting the garbage of this process because it is idle. Such a collection frees the
 * hidden classes that have no object at that moment, which are those of all requests under way, and with them
 * the compiled code of the whole handshake. The next 2,000 connections cost two to four times as much
 * (docs/decisions/0068). Garbage is still collected whenever memory is needed.
 *
 * V8 reads the option when it begins to wait for idleness, some 200 ms after the start of a process. So the
 * main file calls this first, and then loads the program.
 */
export function keepCompiledCode(): void {
  setFlagsFromString(`${idleCollectionOption}=${maxDelayMs}`);
}
