import { createRequire } from 'node:module';
import type { EngineAddon } from './engine-addon.js';

export type LoadedAddon = { ok: true; addon: EngineAddon } | { ok: false; reason: string };

export interface AddonFiles {
  /** Loads the addon; throws where there is none, or where it is not for this system. */
  loadAddon(): unknown;
  /** What the build left in place of an addon; throws where it left nothing. */
  readUnavailable(): unknown;
}

/**
 * Loads the native engine, which `npm run build:engine` builds. Where there is none, or where it was compiled for a Node.js
 * with another libuv, the answer says why: the gateway then relays in TypeScript.
 */
export function loadAddon(files: AddonFiles = builtFiles()): LoadedAddon {
  let addon: unknown;
  try {
    addon = files.loadAddon();
  } catch (error) {
    return { ok: false, reason: reasonOfBuild(files) ?? reasonOf(error) };
  }
  if (!isEngineAddon(addon)) return { ok: false, reason: 'the addon is of another version of Sluice' };
  const { compiledTcpBytes, runtimeTcpBytes } = addon;
  if (compiledTcpBytes === runtimeTcpBytes) return { ok: true, addon };
  const sizes = `${compiledTcpBytes} bytes for a TCP handle, not ${runtimeTcpBytes}`;
  return { ok: false, reason: `it was built for another version of libuv (${sizes}): build it again` };
}

// package.json names both files, so that they are found from the sources and from `dist/` alike.
function builtFiles(): AddonFiles {
  const require = createRequire(import.meta.url);
  return {
    loadAddon: () => require('#engine-addon') as unknown,
    readUnavailable: () => require('#engine-unavailable') as unknown,
  };
}

function reasonOfBuild(files: AddonFiles): string | undefined {
  try {
    const unavailable = files.readUnavailable();
    return isRecord(unavailable) && typeof unavailable['reason'] === 'string'
      ? unavailable['reason']
      : undefined;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'MODULE_NOT_FOUND') return 'it is not built (npm run build:engine)';
  // The loader of the system writes a line for each library; the first says what is wrong.
  return error.message.split('\n', 1).join('');
}

function isEngineAddon(addon: unknown): addon is EngineAddon {
  return (
    isRecord(addon) &&
    typeof addon['compiledTcpBytes'] === 'number' &&
    typeof addon['runtimeTcpBytes'] === 'number'
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
