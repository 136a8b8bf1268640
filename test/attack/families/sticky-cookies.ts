import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { upstreamId } from '#libs/contract';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { expectOneAnswer, expectOneRequest } from '../expectations.js';
import type { Sandbox } from '../sandbox.js';

/** Sticky cookies that name an upstream which takes no new connections, and were not made for this route. */
interface Stolen {
  url: string;
  ofOtherRoute: string;
  ofOtherTenant: string;
}

const name = 'sluice_upstream';
const forged = (): string => `${name}=${randomBytes(32).toString('base64url')}`;

const cookies: [what: string, cookie: (stolen: Stolen) => string][] = [
  ['is forged', forged],
  ['is the id of the upstream', ({ url }) => `${name}=${upstreamId(url)}`],
  ['belongs to another route of the tenant', ({ ofOtherRoute }) => ofOtherRoute],
  ['belongs to a route of another tenant', ({ ofOtherTenant }) => ofOtherTenant],
  ['is altered in one character', ({ ofOtherRoute }) => ofOtherRoute.slice(0, -2) + 'AA'],
  ['has 8 KiB', () => `${name}=${'A'.repeat(8192)}`],
  ['is sent twice', ({ ofOtherRoute, ofOtherTenant }) => `${ofOtherRoute}; ${ofOtherTenant}`],
  ['is sent with 149 others', () => Array.from({ length: 150 }, forged).join('; ')],
  ['is empty', () => `${name}=`],
];

export const stickyCookies: AttackFamily = {
  name: 'sticky cookies',
  cases: cookies.map(([what, cookie]): AttackCase => ({
    name: `a sticky cookie that ${what}`,
    run: async (sandbox) => {
      const stolen = await steal(sandbox);
      const open = await sandbox.prepare({
        route: ({ url }) => ({
          match: { path: '/own' },
          balancing: 'sticky',
          upstreams: [{ url: stolen.url, weight: 0 }, { url }],
        }),
      });
      const sent = sandbox.handshake('/own', { Cookie: `a=1; ${cookie(stolen)}; b="2 "` });
      const answer = expectOneAnswer((await sandbox.send(sent)).text, 101);
      assert.match(answer.headers['set-cookie'] ?? '', /^sluice_upstream=[-\w]{43}; Path=\/own; HttpOnly/);
      expectOneRequest(open, { has: ['\r\nCookie: a=1; b="2 "\r\n'], hasNot: [name] });
    },
  })),
};

/** Connects to an upstream through other routes. */
async function steal(sandbox: Sandbox): Promise<Stolen> {
  const closed = await sandbox.prepare({ route: { match: { path: '/other' }, balancing: 'sticky' } });
  await sandbox.gateway.publish(
    {
      upstreams: [{ url: closed.url }],
      auth: { mode: 'none' },
      balancing: 'sticky',
      match: { host: sandbox.host, path: '/theirs' },
    },
    'attacker',
  );
  return {
    url: closed.url,
    ofOtherRoute: await cookieFrom(sandbox, '/other'),
    ofOtherTenant: await cookieFrom(sandbox, '/theirs'),
  };
}

async function cookieFrom(sandbox: Sandbox, path: string): Promise<string> {
  const { headers } = expectOneAnswer((await sandbox.send(sandbox.handshake(path))).text, 101);
  const [cookie = ''] = (headers['set-cookie'] ?? '').split(';');
  assert.notEqual(cookie, '', `no cookie was set at ${path}`);
  return cookie;
}
