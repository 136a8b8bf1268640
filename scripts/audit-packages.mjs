import { execFile } from 'node:child_process';
import { root } from './run-program.mjs';

const severities = ['info', 'low', 'moderate', 'high', 'critical'];
const leastSeverity = 'moderate';
const maxWaitMs = 60_000;

/**
 * Requests the advisories for all packages of package-lock.json, including development packages.
 *
 * @param options additional npm options, like `--registry`
 * @returns `state` is `passed`, `failed` with an advisory of `moderate` or above, or `unchecked` if no
 * advisories could be read; `lines` list the advisories, or the reason
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

// npm exits with 1 for advisories as well as for failures; only its output distinguishes them.
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

// An unknown severity counts as severe.
function isSevere(severity) {
  const rank = severities.indexOf(severity);
  return rank === -1 || rank >= severities.indexOf(leastSeverity);
}

// `via` contains advisories, and names of packages that pass an advisory on.
function describe({ name, severity, via }) {
  const causes = via.map((cause) => (typeof cause === 'string' ? cause : `${cause.title} (${cause.url})`));
  return `${name}: ${severity}, ${causes.join('; ')}`;
}

function firstLine(text) {
  return String(text).split('\n', 1)[0];
}
