import type { Logger } from 'pino';
import { unknownSettings, type Environment } from '#libs/settings';

/** Warns of environment variables that look like settings but are ignored. */
export function warnOfUnknownSettings(environment: Environment, logger: Logger): void {
  for (const { name, nearest } of unknownSettings(environment)) {
    const hint = nearest === null ? '' : `; did you mean ${nearest}?`;
    logger.warn({ setting: name }, `${name} is not a setting of Sluice and is ignored${hint}`);
  }
}
