/**
 * A setting that cannot be used. The message names the setting and the expected value, never the actual one.
 */
export class SettingsError extends Error {
  constructor(
    readonly setting: string,
    readonly expectation: string,
  ) {
    super(`${setting}: ${expectation}`);
    this.name = 'SettingsError';
  }
}
