import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare } from './prepare.mjs';
import { InterruptedError, root } from './run-program.mjs';

const apps = ['all-in-one', 'api', 'gateway', 'echo'];
const app = process.argv[2];

// The app runs in this process, so that it gets the signals and sets the exit code.
if (apps.includes(app)) await start(join(root, 'dist', 'apps', app, 'main.js'));
else fail(`Use: node scripts/start.mjs ${apps.join('|')}`);

async function start(main) {
  try {
    await prepare();
  } catch (error) {
    fail(error.message);
    // The exit code of a program that a signal has ended (POSIX shells: 128 plus the number of the signal).
    if (error instanceof InterruptedError) process.exitCode = 128 + constants.signals[error.signal];
    return;
  }
  if (!existsSync(main)) return fail(`There is no ${main}; delete dist/ and start again.`);
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(main).href);
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}
