import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder with Node's headers in `include/node`, for node-gyp's `nodedir`; undefined if this Node.js has
 * no headers. With them no download is needed.
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
