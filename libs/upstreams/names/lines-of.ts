/** The words of each line of a system file; comments start with `#` or `;`. */
export function linesOf(text: string): string[][] {
  return text
    .split('\n')
    .map((line) => (line.split(/[#;]/, 1)[0] ?? '').split(/\s+/).filter((word) => word !== ''))
    .filter((words) => words.length > 0);
}
