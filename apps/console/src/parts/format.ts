/** Formats of numbers, sizes and times for one locale, in the time zone of the user. */
export interface Formats {
  count: (value: number) => string;
  bytes: (value: number) => string;
  milliseconds: (value: number) => string;
  duration: (ms: number) => string;
  /** A number of few digits, for a speed. */
  rate: (value: number) => string;
  /** Time of day, to the second. */
  time: (epochMs: number) => string;
  /** Time of day with milliseconds. */
  clock: (epochMs: number) => string;
  dateTime: (epochMs: number) => string;
}

const known = new Map<string, Formats>();

export function formatsOf(locale: string): Formats {
  const found = known.get(locale) ?? createFormats(locale);
  known.set(locale, found);
  return found;
}

function createFormats(locale: string): Formats {
  const count = new Intl.NumberFormat(locale);
  const decimal = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
  const rate = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3, notation: 'compact' });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23' });
  const clock = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  });
  const dateTime = new Intl.DateTimeFormat(locale, {
    // In Chinese, the medium style (2026年11月30日) is wider than a column; the short one has the same parts.
    dateStyle: locale.startsWith('zh') ? 'short' : 'medium',
    timeStyle: 'medium',
    hourCycle: 'h23',
  });
  const scaled = (value: number, step: number, units: readonly string[]): string => {
    let rest = value;
    let index = 0;
    while (rest >= step * 0.9995 && index < units.length - 1) {
      rest /= step;
      index += 1;
    }
    return `${decimal.format(rest)} ${units[index] ?? ''}`;
  };
  return {
    count: (value) => count.format(value),
    bytes: (value) => scaled(value, 1000, ['B', 'kB', 'MB', 'GB', 'TB']),
    milliseconds: (value) => `${decimal.format(value)} ms`,
    rate: (value) => rate.format(value),
    duration: formatDuration,
    time: (epochMs) => time.format(epochMs),
    clock: (epochMs) => clock.format(epochMs),
    dateTime: (epochMs) => dateTime.format(epochMs),
  };
}

/** Like `4 s`, `12:05` or `3 d 04:10:00`: its width changes rarely, as it counts. */
function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (hours === 0) return `${minutes}:${two(seconds % 60)}`;
  const clock = `${two(hours % 24)}:${two(minutes % 60)}:${two(seconds % 60)}`;
  return days === 0 ? clock : `${days} d ${clock}`;
}
