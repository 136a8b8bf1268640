import { setTimeout as delay } from 'node:timers/promises';
import { chromium, type Browser } from 'playwright-core';
import { launchChromium } from '../browser/launch-chromium.js';
import type { CompatibilityTest } from './compatible-program.js';
import { installPackages } from './packages.js';
import { curl } from './programs/curl.js';
import { noVnc } from './programs/no-vnc.js';
import { sockJs } from './programs/sock-js.js';
import { vite } from './programs/vite.js';
import { SluiceInFront } from './sluice-in-front.js';

const maxCheckMs = 120_000;

let failures = 0;

process.exitCode = await main();

/** Runs each program behind a route. Prints a line for each check, and returns 1 if one has failed. */
async function main(): Promise<number> {
  await installPackages();
  const sluice = await SluiceInFront.start();
  let browser: Promise<Browser> | undefined;
  const openBrowser = (): Promise<Browser> => (browser ??= openChromium());
  try {
    for (const program of [vite, sockJs, noVnc, curl]) {
      const name = `${program.name} ${await program.version().catch(() => '(not installed)')}`;
      const check: CompatibilityTest['check'] = (what, run) => report(`${name}: ${what}`, run);
      await program.run({ sluice, browser: openBrowser, check }).catch((error: unknown) => {
        fail(`${name}: starts`, error);
      });
    }
  } finally {
    await browser?.then((opened) => opened.close()).catch(() => undefined);
    await sluice.close();
  }
  print(failures === 0 ? 'all passed' : `${failures} failed`);
  return failures === 0 ? 0 : 1;
}

async function openChromium(): Promise<Browser> {
  const server = await launchChromium();
  const browser = await chromium.connect(server.wsEndpoint());
  browser.once('disconnected', () => void server.close());
  return browser;
}

async function report(name: string, run: () => Promise<void>): Promise<void> {
  const startedAtMs = performance.now();
  const timer = new AbortController();
  const timeout = delay(maxCheckMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`not done after ${maxCheckMs} ms`);
  });
  try {
    await Promise.race([run(), timeout]);
    print(`ok      ${name} (${Math.round(performance.now() - startedAtMs)} ms)`);
  } catch (error) {
    fail(name, error);
  } finally {
    timer.abort();
  }
}

function fail(name: string, error: unknown): void {
  failures += 1;
  print(`FAILED  ${name}: ${error instanceof Error ? error.message : String(error)}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
