import { request as httpRequest } from 'node:http';
import type { HealthCheck } from '#libs/contract';
import type { UpstreamEndpoint } from '../upstream-endpoint.js';
import type { Asking, ProbeOutcome } from './probe-outcome.js';

export const probeUserAgent = 'Sluice health check';
export const maxProbeHeadBytes = 16_384;

/** Sends a GET and checks the status of the answer. The body is not read. */
export function probeHttp({ socket, endpoint, check, timeoutMs }: Asking): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const settle = (outcome: ProbeOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
      request.destroy();
    };
    const fail = (detail: string): void => settle({ isGood: false, detail });
    const timer = setTimeout(() => fail('no answer within the timeout'), timeoutMs);
    const request = httpRequest({
      createConnection: () => socket,
      path: pathOf(endpoint, check),
      headers: { Host: endpoint.authority, 'User-Agent': probeUserAgent, Connection: 'close' },
      maxHeaderSize: maxProbeHeadBytes,
      insecureHTTPParser: false,
    });
    request.on('response', ({ statusCode = 0 }) => {
      settle({ isGood: isExpected(statusCode, check), detail: `the status is ${statusCode}` });
    });
    request.on('upgrade', () => fail('the status is 101'));
    request.on('error', (error) => fail(describeHttpError(error)));
    request.end();
  });
}

export function pathOf({ basePath }: UpstreamEndpoint, { path }: HealthCheck): string {
  if (path !== null) return path;
  return basePath === '' ? '/' : basePath;
}

/** The problem of an answer, without any of its content. */
export function describeHttpError(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'HPE_HEADER_OVERFLOW') return 'the head of the answer is too long';
  if (typeof code === 'string' && code.startsWith('HPE_')) return 'the answer is not HTTP';
  return 'the connection ended before the answer';
}

function isExpected(status: number, { expectedStatus }: HealthCheck): boolean {
  return expectedStatus === null ? status >= 200 && status < 400 : expectedStatus.includes(status);
}
