/** The name of a route, with a number if it is taken; takes it. An empty name is never taken. */
export function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; free !== '' && taken.has(free); number += 1) free = `${name} (${number})`;
  taken.add(free);
  return free;
}
