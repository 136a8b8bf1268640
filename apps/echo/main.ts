import { readEchoSettings } from '#libs/settings';
import { createLogger } from '../bootstrap/create-logger.js';
import { listenOnSetting } from '../bootstrap/listen-on-setting.js';
import { runUntilStopped } from '../bootstrap/run-until-stopped.js';
import { warnOfUnknownSettings } from '../bootstrap/warn-of-unknown-settings.js';
import { startEcho } from './start-echo.js';

await runUntilStopped(async () => {
  const settings = readEchoSettings(process.env);
  const logger = createLogger('echo', settings.logLevel);
  warnOfUnknownSettings(process.env, logger);
  const { listen } = settings;
  const echo = await listenOnSetting('SLUICE_ECHO_LISTEN', listen, () => startEcho({ listen }));
  logger.info({ url: echo.url }, 'the echo upstream listens');
  return { stop: () => echo.close() };
});
