import { createRequire } from 'node:module';
import type { EngineAddon } from './engine-addon.js';

export type LoadedAddon = { ok: true; addon: EngineAddon } | { ok: false; reason: string };

export interface AddonFiles {
  /** Loads the addon. Throws if there is none, or if it was built for another system. */
  loadAddon(): unknown;
  /** Reads the note that a failed build left in place of the addon. Throws if there is none. */
  readUnavailable(): unknown;
}

/**
 * Loads the native engine that `npm run build:engine` builds. If there is none, or if it was compiled for a
 * Node.js with another libuv, the result gives the reason and the gateway relays in TypeScript.
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

// package.json maps both files, so that they resolve from the sources and from `dist/` alike.
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
  // The system loader writes one line per library; the first line states the error.
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
