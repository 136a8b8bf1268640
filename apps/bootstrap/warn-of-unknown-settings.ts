import type { Logger } from 'pino';
import { unknownSettings, type Environment } from '#libs/settings';

/** Warns of each variable of the environment that looks like a setting and is none: it would be ignored in silence. */
export function warnOfUnknownSettings(environment: Environment, logger: Logger): void {
  for (const { name, nearest } of unknownSettings(environment)) {
    const hint = nearest === null ? '' : `; did you mean ${nearest}?`;
    logger.warn({ setting: name }, `${name} is not a setting of Sluice and is ignored${hint}`);
  }
}
