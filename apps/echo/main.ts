import { pino } from 'pino';
import { readEchoSettings } from '#libs/settings';
import { runUntilStopped } from '../bootstrap/run-until-stopped.js';
import { startEcho } from './start-echo.js';

await runUntilStopped(async () => {
  const settings = readEchoSettings(process.env);
  const logger = pino({ name: 'echo', level: settings.logLevel });
  const echo = await startEcho({ listen: settings.listen });
  logger.info({ url: echo.url }, 'the echo upstream listens');
  return () => echo.close();
});
