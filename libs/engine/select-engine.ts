import { SettingsError, type EngineChoice } from '#libs/settings';
import { Engine, type CreatedEngine } from './engine.js';

/** The engine that relays connections. */
export interface EngineStatus {
  name: 'native' | 'typescript';
  /** The reason why the native engine is not used; null if it is used. */
  reason: string | null;
}

export interface SelectedEngine {
  /** Null if connections are relayed in TypeScript. */
  engine: Engine | null;
  status: EngineStatus;
  /** Whether the native engine was requested and is not available. */
  isFallback: boolean;
}

/**
 * Selects the engine that `SLUICE_ENGINE` requests. Throws a `SettingsError` if the requested engine is not
 * available.
 */
export function selectEngine(
  choice: EngineChoice,
  create: () => CreatedEngine = () => Engine.create(),
): SelectedEngine {
  if (choice === 'typescript') return relayInTypeScript('SLUICE_ENGINE is typescript', false);
  const created = create();
  if (created.ok) {
    return { engine: created.engine, status: { name: 'native', reason: null }, isFallback: false };
  }
  if (choice === 'auto') return relayInTypeScript(created.reason, true);
  throw new SettingsError(
    'SLUICE_ENGINE',
    `is native, but the native engine is not available: ${created.reason}`,
  );
}

function relayInTypeScript(reason: string, isFallback: boolean): SelectedEngine {
  return { engine: null, status: { name: 'typescript', reason }, isFallback };
}
