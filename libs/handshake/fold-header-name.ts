const separators = /[^a-z0-9-]/;
const everySeparator = /[^a-z0-9-]/g;

/**
 * Returns the name in the form that is used to compare names: lower case, with every character except letters
 * and digits replaced with a hyphen. Servers behind CGI-like interfaces cannot distinguish `X_Forwarded_For`,
 * and some of them `X.Forwarded.For`, from `X-Forwarded-For` (RFC 3875 §4.1.18), so these count as one name.
 */
export function foldHeaderName(name: string): string {
  const lower = name.toLowerCase();
  return separators.test(lower) ? lower.replaceAll(everySeparator, '-') : lower;
}
