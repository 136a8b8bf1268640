import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureChromium } from './chromium-for-tests.mjs';
import { canInstallDebianPackages, installDebianPackage } from './debian-package.mjs';
import { root } from './run-program.mjs';

const fontPackage = 'fonts-wqy-microhei';

ensureChineseFont();
process.env.SLUICE_TEST_CHROMIUM = ensureChromium();
const vitest = join('node_modules', 'vitest', 'vitest.mjs');
const options = [vitest, 'run', '--config', join('test', 'console', 'screenshots.config.ts')];
process.exitCode = spawnSync(process.execPath, options, { cwd: root, stdio: 'inherit' }).status ?? 1;

// Without one, a Chinese text is a row of empty boxes.
function ensureChineseFont() {
  if (hasChineseFont()) return;
  if (canInstallDebianPackages()) installDebianPackage('fontconfig', fontPackage);
  if (!hasChineseFont())
    throw new Error(`The screenshots need a font for Chinese, such as that of ${fontPackage}.`);
}

function hasChineseFont() {
  const { stdout } = spawnSync('fc-list', [':lang=zh'], { encoding: 'utf8' });
  return (stdout ?? '').trim() !== '';
}
