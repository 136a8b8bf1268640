/** The words of each line of a file of the system; what is behind `#` or `;` is a comment. */
export function linesOf(text: string): string[][] {
  return text
    .split('\n')
    .map((line) => (line.split(/[#;]/, 1)[0] ?? '').split(/\s+/).filter((word) => word !== ''))
    .filter((words) => words.length > 0);
}
