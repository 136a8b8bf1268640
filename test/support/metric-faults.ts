const suffixesOfOtherTypes = /_(bucket|count|sum)$/;

/**
 * The faults that `promtool check metrics` reports for metrics in the Prometheus text format, as far as they
 * apply to these.
 */
export function metricFaults(text: string): string[] {
  const types = new Map<string, string>();
  const described = new Set<string>();
  for (const line of text.split('\n')) {
    const [, keyword = '', name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (keyword === 'TYPE') types.set(name, rest);
    if (keyword === 'HELP') described.add(name);
  }
  return [...types].flatMap(([name, type]) => {
    const faults: string[] = [];
    if (!described.has(name)) faults.push('has no help');
    if (type === 'counter' && !name.endsWith('_total'))
      faults.push('is a counter and does not end in _total');
    if (type !== 'counter' && name.endsWith('_total')) faults.push('ends in _total and is not a counter');
    if (suffixesOfOtherTypes.test(name)) faults.push('ends as a part of a histogram');
    if (/[A-Z]/.test(name)) faults.push('has upper-case letters');
    if (/_(milliseconds|ms|minutes|hours|kilobytes|kib|mib)(_total)?$/.test(name))
      faults.push('is not in base units');
    return faults.map((fault) => `${name} ${fault}`);
  });
}
