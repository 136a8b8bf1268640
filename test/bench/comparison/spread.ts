import { quantile } from '../quantile.js';

/** Median, quartiles, minimum and maximum of the rounds. */
export interface Spread {
  median: number;
  lowerQuartile: number;
  upperQuartile: number;
  least: number;
  most: number;
}

/** The spread of the values that were measured; null if none was. */
export function spreadOf(values: readonly (number | undefined)[]): Spread | null {
  const known = values.filter((value) => value !== undefined).filter(Number.isFinite);
  if (known.length === 0) return null;
  return {
    median: quantile(known, 0.5),
    lowerQuartile: quantile(known, 0.25),
    upperQuartile: quantile(known, 0.75),
    least: Math.min(...known),
    most: Math.max(...known),
  };
}
