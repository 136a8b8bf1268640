/** Formats a duration for a table of results. */
export function milliseconds(value: number, digits = 1): string {
  return `${value.toFixed(digits)} ms`;
}
