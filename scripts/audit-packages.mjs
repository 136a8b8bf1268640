import { execFile } from 'node:child_process';
import { root } from './run-program.mjs';

const severities = ['info', 'low', 'moderate', 'high', 'critical'];
const leastSeverity = 'moderate';
const maxWaitMs = 60_000;

/**
 * Asks for advisories on what package-lock.json names, development packages too.
 *
 * @param options further options for npm, like `--registry`
 * @returns `state` is `passed`, `failed` with one of `moderate` or above, or `unchecked` where nobody could say;
 * `lines` say which, and why
 */
export async function auditPackages(options = []) {
  const bounds = ['--fetch-retries=0', '--fetch-timeout=20000'];
  const { stdout, error } = await npm(['audit', '--json', '--package-lock-only', ...bounds, ...options]);
  const report = parsed(stdout);
  if (report?.auditReportVersion !== 2 || typeof report.vulnerabilities !== 'object') {
    const cause = report?.message ?? error?.message ?? 'npm gave no report';
    return { state: 'unchecked', lines: [`no advisories could be read: ${firstLine(cause)}`] };
  }
  const found = Object.values(report.vulnerabilities).filter(({ severity }) => isSevere(severity));
  return { state: found.length === 0 ? 'passed' : 'failed', lines: found.map(describe).sort() };
}

// npm ends with 1 for advisories as for failures: only its output distinguishes them.
function npm(options) {
  return new Promise((resolve) => {
    const settings = { cwd: root, timeout: maxWaitMs, maxBuffer: 64 * 1024 * 1024 };
    execFile('npm', options, settings, (error, stdout) => resolve({ error, stdout }));
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// A severity that nobody knows is one to look at.
function isSevere(severity) {
  const rank = severities.indexOf(severity);
  return rank === -1 || rank >= severities.indexOf(leastSeverity);
}

// `via` has advisories, and names of the packages through which one comes.
function describe({ name, severity, via }) {
  const causes = via.map((cause) => (typeof cause === 'string' ? cause : `${cause.title} (${cause.url})`));
  return `${name}: ${severity}, ${causes.join('; ')}`;
}

function firstLine(text) {
  return String(text).split('\n', 1)[0];
}
