import { SettingsError, type EngineChoice } from '#libs/settings';
import { Engine, type CreatedEngine } from './engine.js';

/** What relays connections. */
export interface EngineStatus {
  name: 'native' | 'typescript';
  /** Why it is not the native engine; null where it is. */
  reason: string | null;
}

export interface SelectedEngine {
  /** Null: connections are relayed in TypeScript. */
  engine: Engine | null;
  status: EngineStatus;
  /** Whether the native engine was to relay and is not available. */
  isFallback: boolean;
}

/** What relays, as `SLUICE_ENGINE` asks for it. Throws a `SettingsError` where it asks for an engine that is not available. */
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
