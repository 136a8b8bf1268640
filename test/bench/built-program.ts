import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const build = 'npx nest build && npm run build:engine && npx tsc -p test/bench/tsconfig.json';

/** The path of a program in the build of a checkout; throws if the checkout has no such build. */
export function builtProgram(checkout: string, path: string): string {
  const program = resolve(checkout, 'dist', path);
  if (existsSync(program)) return program;
  throw new Error(`${program} does not exist; build ${resolve(checkout)} first: ${build}`);
}
