const separators = /[^a-z0-9-]/;
const everySeparator = /[^a-z0-9-]/g;

/**
 * The name in the one form in which names are compared here: lower case, and every character but letters and digits as a
 * hyphen. Servers behind CGI-like interfaces cannot tell `X_Forwarded_For`, and some of them `X.Forwarded.For`, from
 * `X-Forwarded-For` (RFC 3875 §4.1.18), so these count as one name.
 */
export function foldHeaderName(name: string): string {
  const lower = name.toLowerCase();
  return separators.test(lower) ? lower.replaceAll(everySeparator, '-') : lower;
}
