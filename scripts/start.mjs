import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare } from './prepare.mjs';
import { root } from './run-program.mjs';

const apps = ['all-in-one', 'api', 'gateway', 'echo'];
const app = process.argv[2];

// The app runs in this very process, so that signals and the exit code are its own.
if (apps.includes(app)) await start(join(root, 'dist', 'apps', app, 'main.js'));
else fail(`Use: node scripts/start.mjs ${apps.join('|')}`);

async function start(main) {
  try {
    await prepare();
  } catch (error) {
    return fail(error.message);
  }
  if (!existsSync(main)) return fail(`There is no ${main}; delete dist/ and start again.`);
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(main).href);
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}
