import { spawnSync } from 'node:child_process';

/**
 * A Python that has the package `websockets`: SLUICE_TEST_PYTHON, or else /usr/bin/python3. Throws with
 * instructions if it does not have it.
 */
export function pythonWithWebSockets(): string {
  const python = process.env['SLUICE_TEST_PYTHON'] ?? '/usr/bin/python3';
  if (spawnSync(python, ['-c', 'import websockets']).status === 0) return python;
  throw new Error(
    `${python} has no package websockets: run "node scripts/interoperability-for-tests.mjs", ` +
      'or set SLUICE_TEST_PYTHON to a Python that has it',
  );
}
