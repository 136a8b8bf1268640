import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder that has Node's own headers in `include/node`, as node-gyp's `nodedir`; undefined where they did not come with
 * this Node.js. With them nothing has to be downloaded.
 */
export function findNodeHeaders({
  execPath = realpathSync(process.execPath),
  version = process.versions.node,
} = {}) {
  const folder = dirname(dirname(execPath));
  return readVersion(folder) === version ? folder : undefined;
}

function readVersion(folder) {
  try {
    const text = readFileSync(join(folder, 'include', 'node', 'node_version.h'), 'utf8');
    const numberOf = (name) => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(text)?.[1];
    return ['MAJOR', 'MINOR', 'PATCH'].map(numberOf).join('.');
  } catch {
    return undefined;
  }
}
