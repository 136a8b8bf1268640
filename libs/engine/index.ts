export type { EngineAddon } from './engine-addon.js';
export { loadAddon, type LoadedAddon } from './load-addon.js';
