import { readFileSync } from 'node:fs';

/** Throws if this Node.js is older than `engines.node` of package.json, with the required version. */
export function requireSupportedNode() {
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const [major, minor] = engines.node.match(/\d+/g).map(Number);
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  throw new Error(`Sluice needs Node.js ${major}.${minor} or later; this is ${process.versions.node}.`);
}
