import { readApiSettings, readEchoSettings, readGatewaySettings, type Environment } from '#libs/settings';

/** The names of the settings that the programs read. */
export function settingsRead(): string[] {
  const names = new Set<string>();
  const environment: Environment = new Proxy(
    {},
    {
      get: (_target, name) => {
        names.add(String(name));
        return undefined;
      },
    },
  );
  for (const read of [readApiSettings, readGatewaySettings, readEchoSettings]) read(environment);
  return [...names].sort();
}
