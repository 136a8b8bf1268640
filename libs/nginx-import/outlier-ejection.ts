import { durationMs } from './durations.js';
import type { Findings } from './findings.js';
import type { Directive } from './parser.js';
import type { RouteFields } from './route-document.js';

/** When nginx skips a failing server for a time; null means its default. */
export interface FailureRule {
  /** `max_fails`; 0 means never. */
  maxFailures: number | null;
  /** `fail_timeout`: the period in which the failures are counted, and for which the server is skipped. */
  failTimeoutMs: number | null;
}

const defaultMaxFailures = 1;
const defaultFailTimeoutMs = 10_000;

/** Reads a parameter of `server` into the rule; returns false for other parameters. */
export function readFailureRule(rule: FailureRule, parameter: string): boolean {
  const maxFailures = /^max_fails=([0-9]+)$/.exec(parameter)?.[1];
  const failTimeoutMs = durationMs(/^fail_timeout=(.+)$/.exec(parameter)?.[1] ?? '');
  if (maxFailures !== undefined) rule.maxFailures = Number(maxFailures);
  if (failTimeoutMs !== null) rule.failTimeoutMs = failTimeoutMs;
  return maxFailures !== undefined || failTimeoutMs !== null;
}

/** The rule of a route for the servers of a group; if they differ, the most patient one. */
export function ejectionOf(
  servers: readonly FailureRule[],
  group: Directive,
  findings: Findings,
): Pick<RouteFields, 'outlierEjection'> {
  const written = servers.some((server) => server.maxFailures !== null || server.failTimeoutMs !== null);
  if (!written) return {};
  const failures = servers.map(({ maxFailures }) => maxFailures ?? defaultMaxFailures);
  const times = servers.map(({ failTimeoutMs }) => failTimeoutMs ?? defaultFailTimeoutMs);
  if (new Set(failures).size > 1 || new Set(times).size > 1) {
    findings.warn(
      group,
      'its servers differ in max_fails or fail_timeout, and a route has one rule for all: the most patient',
    );
  }
  const isNever = failures.includes(0) || times.includes(0);
  if (isNever) return { outlierEjection: null };
  const consecutiveFailures = within(Math.max(...failures), 1, 1000);
  const baseMs = within(Math.min(...times), 100, 3_600_000);
  // nginx skips a server for the same time at each failure.
  return { outlierEjection: { consecutiveFailures, baseMs, maxMs: baseMs } };
}

function within(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
