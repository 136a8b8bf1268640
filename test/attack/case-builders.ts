import assert from 'node:assert/strict';
import type { Arena } from './arena.js';
import type { AttackCase } from './attack-case.js';
import type { RouteFields } from './attacked-gateway.js';
import { says, type Behaviour } from './behaviours.js';
import { expectOneAnswer, expectOneRequest, expectRefusal, type Arrived } from './expectations.js';

/** What the attacker sends; a function of the arena, whose host name the request needs. */
export type Sent = (arena: Arena) => string | Buffer;

/** A handshake with more lines, as they are, before the end of its head. */
export function withLines(...lines: string[]): (arena: Arena) => string {
  return (arena) => arena.handshake().replace(/\r\n$/, [...lines, '', ''].join('\r\n'));
}

/**
 * The request is answered with the code, and nothing reaches the upstream: the first that it ever hears of is the
 * handshake of somebody else, afterwards, who is let in.
 */
export function refused(
  name: string,
  sent: Sent,
  [status, code]: readonly [status: number, code: string],
  route: RouteFields = {},
): AttackCase {
  return {
    name,
    run: async (arena) => {
      const upstream = await arena.prepare({ route });
      expectRefusal(await arena.send(sent(arena)), status, code);
      assert.equal(upstream.connections, 0, 'the upstream was dialed');
      const path = route.match?.path ?? '/';
      expectOneAnswer((await arena.send(arena.handshake(`${path}?innocent`))).text, 101);
      expectOneRequest(upstream, { has: [`GET ${path}?innocent HTTP/1.1\r\n`] });
    },
  };
}

/** The request is let in, and the upstream gets exactly one, with these and without those parts. */
export function letIn(name: string, sent: Sent, arrived: Arrived, route: RouteFields = {}): AttackCase {
  return {
    name,
    run: async (arena) => {
      const upstream = await arena.prepare({ route });
      expectOneAnswer((await arena.send(sent(arena))).text, 101);
      expectOneRequest(upstream, arrived);
    },
  };
}

/** The client is answered 502, and gets nothing of what the upstream said. */
export function unfitAnswer(name: string, said: string | Behaviour): AttackCase {
  return {
    name,
    run: async (arena) => {
      const upstream = await arena.prepare({ upstream: typeof said === 'string' ? says(said) : said });
      expectRefusal(await arena.send(arena.handshake()), ...badUpstream);
      expectOneRequest(upstream);
    },
  };
}

/** What an upstream or a client sends behind its message, to have it taken for another one. */
export const smuggledAnswer = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\nX-Second: 1\r\n\r\nsecond';
export const smuggledRequest = 'GET /smuggled HTTP/1.1\r\nHost: inside.test\r\n\r\n';

export const badHandshake = [400, 'bad_handshake'] as const;
export const badPath = [400, 'bad_path'] as const;
export const bodyForbidden = [413, 'body_forbidden'] as const;
export const noRoute = [404, 'no_route'] as const;
export const headersTooLarge = [431, 'headers_too_large'] as const;
export const badUpstream = [502, 'upstream_bad_handshake'] as const;
