/** Matches paths against a template like `/v1/connections/:connection/tap`, and returns its parameters. */
export function pathMatcher(template: string): (path: string) => Record<string, string> | null {
  const pattern = new RegExp(`^${template.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
  return (path) => {
    const match = pattern.exec(path);
    return match === null ? null : { ...match.groups };
  };
}
