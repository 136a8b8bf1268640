import { pino } from 'pino';
import { readEchoSettings, SettingsError } from '#libs/settings';
import { startEcho } from './start-echo.js';

try {
  await runEcho();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function runEcho(): Promise<void> {
  const settings = readEchoSettings(process.env);
  const log = pino({ name: 'echo', level: settings.logLevel });
  const echo = await startEcho({ listen: settings.listen });
  log.info({ url: echo.url }, 'echo upstream listening');

  // `on`, not `once`: npm passes a Ctrl-C on although the terminal has sent it to this process already.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      log.info({ signal }, 'echo upstream closing');
      void echo.close();
    });
  }
}
