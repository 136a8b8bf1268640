import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { generateApiKey } from '#libs/credentials';
import { alteredCredential } from '../../support/altered-credential.js';
import type { TokenIssuer } from '../../support/token-issuer.js';
import type { KeptSecrets } from './kept-secrets.js';
import type { SecretWorld } from './secret-world.js';

/** Keys of one tenant, each in a different state. */
export interface Keys {
  connect: string;
  connectId: string;
  manage: string;
  read: string;
  expired: string;
  revoked: string;
  before: string;
  after: string;
}

/** Presents a key in every possible place. */
async function present(world: SecretWorld, path: string, key: string): Promise<string[]> {
  const outcomes: string[] = [];
  for (const [target, options] of [
    [path, { headers: { authorization: `Bearer ${key}` } }],
    [path, { headers: { 'x-api-key': key } }],
    [`${path}?room=1&api_key=${key}`, {}],
    [path, { protocols: ['chat', `sluice.key.${key}`] }],
  ] as const) {
    outcomes.push(
      (await world.connect(target, { ...options, protocols: [...(options.protocols ?? [])] })).outcome,
    );
  }
  return outcomes;
}

export async function connectWithKeys(
  world: SecretWorld,
  secrets: KeptSecrets,
  { connect, manage, read, expired, revoked, before, after }: Keys,
): Promise<void> {
  const everywhere = (outcome: string): string[] => [outcome, outcome, outcome, outcome];
  for (const key of [connect, manage, before, after]) {
    expect(await present(world, '/key', key)).toEqual(everywhere('open'));
  }
  const unknown = secrets.keepKey('an unknown key', generateApiKey().key);
  const mistyped = secrets.keepKey('a mistyped key', alteredCredential(connect));
  for (const key of [unknown, mistyped, revoked]) {
    expect(await present(world, '/key', key)).toEqual(everywhere('401 key_invalid'));
  }
  expect(await present(world, '/key', expired)).toEqual(everywhere('401 key_expired'));
  expect(await present(world, '/key', read)).toEqual(everywhere('403 key_forbidden'));
  expect(await present(world, '/nowhere', connect)).toEqual(everywhere('404 no_route'));
  expect(await present(world, '/dead', connect)).toEqual(everywhere('502 upstream_refused'));
  expect(await present(world, '/none', connect)).toEqual(everywhere('open'));
  const [inHeader, ...elsewhere] = everywhere('401 token_required');
  expect(await present(world, '/jwt', connect)).toEqual([
    inHeader?.replace('required', 'invalid'),
    ...elsewhere,
  ]);
  const two = { headers: { authorization: `Bearer ${connect}`, 'x-api-key': manage } };
  expect((await world.connect(`/key?api_key=${before}`, two)).outcome).toBe('400 bad_handshake');
}

export async function connectWithTickets(
  world: SecretWorld,
  secrets: KeptSecrets,
  { connectId }: Keys,
): Promise<void> {
  for (const [path, protocolOf] of [
    ['/key?ticket=', null],
    ['/key', 'sluice.ticket.'],
    ['/none?ticket=', null],
  ] as const) {
    const extras = { showsSecret: true };
    const issued = await world.rest('POST', `/v1/tenants/acme/api-keys/${connectId}/tickets`, {}, extras);
    const ticket = secrets.keepKey('a ticket', String(issued.body['ticket']));
    const target = protocolOf === null ? path + ticket : path;
    const protocols = protocolOf === null ? [] : [protocolOf + ticket];
    expect((await world.connect(target, { protocols })).outcome).toBe('open');
    if (path === '/none?ticket=') continue;
    expect((await world.connect(target, { protocols })).outcome).toBe('401 ticket_invalid');
  }
}

export async function connectWithTokens(
  world: SecretWorld,
  secrets: KeptSecrets,
  issuer: TokenIssuer,
  key: string,
): Promise<void> {
  const exp = Math.floor(Date.now() / 1000) - 60;
  const good = secrets.keepToken('a JWT', await issuer.sign({ sub: 'ann' }));
  const expired = secrets.keepToken('an expired JWT', await issuer.sign({ exp }));
  const forged = secrets.keepToken(
    'a forged JWT',
    `${good.slice(0, good.lastIndexOf('.'))}.${randomBytes(64).toString('base64url')}`,
  );
  for (const [token, outcome] of [
    [good, 'open'],
    [expired, '401 token_expired'],
    [forged, '401 token_invalid'],
  ] as const) {
    for (const [target, options] of [
      ['/jwt', { headers: { authorization: `Bearer ${token}` } }],
      [`/jwt?access_token=${token}`, {}],
      ['/jwt', { protocols: [`sluice.jwt.${token}`] }],
    ] as const) {
      const protocols = 'protocols' in options ? [...options.protocols] : [];
      expect((await world.connect(target, { ...options, protocols })).outcome).toBe(outcome);
    }
  }
  const both = { headers: { authorization: `Bearer ${good}`, 'x-api-key': key } };
  expect((await world.connect('/jwt', both)).outcome).toBe('400 bad_handshake');
}
