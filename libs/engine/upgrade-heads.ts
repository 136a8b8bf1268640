import { OrdinaryUpgrade, upgradeRanges } from '#libs/handshake';
import type { EngineAddon } from './engine-addon.js';

/** Reads the heads of ordinary upgrade requests in native code. */
export class UpgradeHeads {
  readonly #ranges = new Int32Array(upgradeRanges);

  constructor(private readonly addon: Pick<EngineAddon, 'readUpgradeHead'>) {}

  /** The request at the beginning of the bytes; null if it is not an ordinary one, or not complete. */
  read(bytes: Buffer): OrdinaryUpgrade | null {
    const length = this.addon.readUpgradeHead(bytes, this.#ranges);
    if (length === 0) return null;
    return OrdinaryUpgrade.from(bytes.toString('latin1', 0, length), this.#ranges);
  }
}
