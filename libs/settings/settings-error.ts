/** A wrong setting. The message names the setting and the expected value, never the actual value. */
export class SettingsError extends Error {
  constructor(
    readonly setting: string,
    readonly expectation: string,
  ) {
    super(`${setting}: ${expectation}`);
    this.name = 'SettingsError';
  }
}
