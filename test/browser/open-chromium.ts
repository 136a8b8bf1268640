import { chromium, type Browser } from 'playwright-core';
import { inject } from 'vitest';
import './chromium-for-suite.js';

/** The timeout of a browser test. On a busy machine Chromium needs half a minute to render the Swagger UI. */
export const browserTimeoutMs = 120_000;

/**
 * Connects to the Chromium of the run. Each caller sees only its own pages, which `close` closes. Rejects
 * with instructions if Chromium cannot be started.
 */
export async function openChromium(): Promise<Browser> {
  const answer = await fetch(inject('chromium'));
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return chromium.connect(text);
}
