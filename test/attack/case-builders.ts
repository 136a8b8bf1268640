import assert from 'node:assert/strict';
import type { Sandbox } from './sandbox.js';
import type { AttackCase } from './attack-case.js';
import type { RouteFields } from './attack-target.js';
import { answers, type Behaviour } from './upstream-behaviours.js';
import { expectOneAnswer, expectOneRequest, expectRefusal, type ExpectedRequest } from './expectations.js';

/** The bytes that the client sends: a function of the sandbox, because the request contains its host name. */
export type Sent = (sandbox: Sandbox) => string | Buffer;

/** A handshake with these lines added unchanged at the end of its head. */
export function withLines(...lines: string[]): (sandbox: Sandbox) => string {
  return (sandbox) => sandbox.handshake().replace(/\r\n$/, [...lines, '', ''].join('\r\n'));
}

/**
 * The gateway answers with the code and forwards nothing: the first bytes at the upstream are those of a
 * later ordinary handshake, which is admitted.
 */
export function refused(
  name: string,
  sent: Sent,
  [status, code]: readonly [status: number, code: string],
  route: RouteFields = {},
): AttackCase {
  return {
    name,
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({ route });
      expectRefusal(await sandbox.send(sent(sandbox)), status, code);
      assert.equal(upstream.connections, 0, 'the upstream was dialed');
      const path = route.match?.path ?? '/';
      expectOneAnswer((await sandbox.send(sandbox.handshake(`${path}?ordinary`))).text, 101);
      expectOneRequest(upstream, { has: [`GET ${path}?ordinary HTTP/1.1\r\n`] });
    },
  };
}

/**
 * The request is admitted, and the upstream gets exactly one request, which has the `has` parts and none of
 * the `hasNot` parts.
 */
export function admitted(
  name: string,
  sent: Sent,
  expected: ExpectedRequest,
  route: RouteFields = {},
): AttackCase {
  return {
    name,
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({ route });
      expectOneAnswer((await sandbox.send(sent(sandbox))).text, 101);
      expectOneRequest(upstream, expected);
    },
  };
}

/** The gateway rejects the upstream's answer: the client gets 502 and no byte of that answer. */
export function rejectedAnswer(name: string, answer: string | Behaviour): AttackCase {
  return {
    name,
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({
        upstream: typeof answer === 'string' ? answers(answer) : answer,
      });
      expectRefusal(await sandbox.send(sandbox.handshake()), ...badUpstream);
      expectOneRequest(upstream);
    },
  };
}

/**
 * Bytes that an attacking upstream or client appends to a message, to have them parsed as another message.
 */
export const smuggledAnswer = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\nX-Second: 1\r\n\r\nsecond';
export const smuggledRequest = 'GET /smuggled HTTP/1.1\r\nHost: inside.test\r\n\r\n';

export const badHandshake = [400, 'bad_handshake'] as const;
export const badPath = [400, 'bad_path'] as const;
export const bodyForbidden = [413, 'body_forbidden'] as const;
export const noRoute = [404, 'no_route'] as const;
export const headersTooLarge = [431, 'headers_too_large'] as const;
export const badUpstream = [502, 'upstream_bad_handshake'] as const;
