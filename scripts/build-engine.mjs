import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { missingCompiler as findMissingCompiler } from './compiler.mjs';
import { fingerprintOf, listFiles } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { findNodeHeaders } from './node-headers.mjs';
import { ProgramError, root, runProgram } from './run-program.mjs';

/** The folder of the addon's sources and its binding.gyp. */
const engineSource = join('libs', 'engine', 'native');
/**
 * The folder of the built addon, or of the reason why there is none; `#engine-addon` in package.json and
 * libs/engine name these files.
 */
const engineOutput = join('dist', 'engine');
/** The folder of the addon with sanitizers, for `npm run sanitize`. */
export const sanitizedOutput = join(engineOutput, 'sanitized');
const addonName = 'sluice_engine.node';
const nodeGyp = join('node_modules', 'node-gyp', 'bin', 'node-gyp.js');
const compilerSettings = ['CC', 'CXX', 'CFLAGS', 'CXXFLAGS', 'CPPFLAGS', 'LDFLAGS'];

/**
 * Builds the native engine, unless it was built from the current sources for this Node.js. Returns null, or
 * the reason why there is no native engine on this machine. A missing engine is not an error: the gateway
 * then relays in TypeScript, and finds the reason in `unavailable.json`.
 */
export async function buildEngine({
  source = engineSource,
  output = engineOutput,
  configuration = 'Release',
  missingCompiler = findMissingCompiler,
} = {}) {
  const files = {
    addon: join(root, output, addonName),
    builtFrom: join(root, output, '.built-from'),
    unavailable: join(root, output, 'unavailable.json'),
    log: join(root, output, 'build.log'),
  };
  const fingerprint = engineFingerprint(source);
  if (existsSync(files.addon) && read(files.builtFrom) === fingerprint) return null;
  // An addon of other sources could use different records.
  for (const file of Object.values(files)) rmSync(file, { force: true });
  mkdirSync(join(root, output), { recursive: true });
  const reason = obstacle(missingCompiler()) ?? (await compile(source, configuration, files));
  if (reason === null) writeFileSync(files.builtFrom, fingerprint);
  else writeFileSync(files.unavailable, `${JSON.stringify({ reason })}\n`);
  return reason;
}

function engineFingerprint(source) {
  const sources = listFiles(join(source, 'src'), (file) => /\.(cc|h)$/.test(file));
  const { versions, platform, arch, env } = process;
  const settings = compilerSettings.map((name) => `${name}=${env[name] ?? ''}`);
  return fingerprintOf(
    [join(source, 'binding.gyp'), ...sources],
    [versions.node, versions.modules, platform, arch, ...settings],
  );
}

function obstacle(missing) {
  if (process.platform === 'win32') return 'it is not made for Windows';
  return missing.length === 0 ? null : `not found: ${missing.join(', ')}`;
}

async function compile(source, configuration, files) {
  const headers = findNodeHeaders();
  const options = [
    nodeGyp,
    'rebuild',
    '--jobs=max',
    configuration === 'Debug' ? '--debug' : '--no-debug',
    `--directory=${source}`,
    ...(headers === undefined ? [] : [`--nodedir=${headers}`]),
  ];
  // node-gyp uses npm's log level: with `npm run --silent` it would not report why it failed.
  const env = { ...process.env, npm_config_loglevel: 'info' };
  try {
    await runProgram('Building the native engine', process.execPath, options, { stageOf, env });
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    writeFileSync(files.log, error.output);
    return `${causeIn(error.output) ?? error.message} (${relative(root, files.log)} has the whole output)`;
  }
  copyFileSync(join(root, source, 'build', configuration, addonName), files.addon);
  return null;
}

/** The file that make compiles: `  CXX(target) Release/obj.target/sluice_engine/src/relay.o`. */
function stageOf(line) {
  const [, file] =
    /^ {2}CXX\(target\) (?:Debug|Release)\/obj\.target\/sluice_engine\/(\S+)\.o$/.exec(line) ?? [];
  return file;
}

// The compiler's first error, or node-gyp's error in an earlier step.
function causeIn(output) {
  const lines = output.split('\n');
  const line =
    lines.find((one) => one.includes(' error: ')) ?? lines.find((one) => one.startsWith('gyp ERR! stack '));
  return line?.replace(/^gyp ERR! stack (?:Error: )?/, '').trim();
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const reason = await withLock(join(root, 'dist', '.lock'), () => buildEngine());
    if (reason !== null) throw new Error(`The native engine was not built: ${reason}`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
