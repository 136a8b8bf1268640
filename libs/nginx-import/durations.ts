const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

/** A time of nginx, like `60`, `90s` or `1h30m`, in milliseconds; null where it is none. */
export function durationMs(text: string): number | null {
  if (text === '' || !/^(?:[0-9]+(?:ms|[smhdwMy]) *)*(?:[0-9]+)?$/.test(text)) return null;
  let total = 0;
  for (const [, digits = '', unit = 's'] of text.matchAll(/([0-9]+)(ms|[smhdwMy])?/g)) {
    total += Number(digits) * (unitsMs[unit] ?? 0);
  }
  return total;
}
