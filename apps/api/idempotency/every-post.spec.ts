import type { OpenAPIObject } from '@nestjs/swagger';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RedisError } from '#libs/redis';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';
import type { CommandedGateway } from '../../../test/support/commanded-gateway.js';
import { IdempotencyRecordEntity } from '../database/entities/idempotency-record.entity.js';

let api: ApiUnderTest;
let gateway: CommandedGateway;
let things: Record<string, string>;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  gateway = api.fleet.addGateway();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  const key = (await api.request('POST', '/v1/tenants/acme/api-keys', { name: 'web' })).body.id;
  const upstreams = [{ url: 'ws://10.0.0.5' }, { url: 'ws://10.0.0.6' }];
  const route = (
    await api.request('POST', '/v1/tenants/acme/routes', { match: { path: '/even' }, upstreams })
  ).body.id;
  things = { tenant: 'acme', key, route, gateway: gateway.id };
});
afterEach(() => api.remove());

const bodies: Record<string, object> = {
  createTenant: { slug: 'made' },
  createWebhook: { url: 'https://hooks.acme.example/', events: ['quota.exceeded'] },
  createRoute: { match: { path: '/' }, upstreams: [{ url: 'ws://10.0.0.5' }] },
  createApiKey: { name: 'made' },
  createOperator: { name: 'Ada', role: 'viewer' },
};

/**
 * Explanations, checks of keys and sessions change nothing. An import that is applied twice changes nothing
 * the second time, as `PUT /v1/config`.
 */
const repeatable = ['importNginx', ...['explain', 'verifyApiKey', 'createSession']];

test('every POST in openapi.json is executed once for each Idempotency-Key', async () => {
  const document = JSON.parse((await api.request('GET', '/openapi.json')).text) as OpenAPIObject;
  const posts = Object.entries(document.paths)
    .flatMap(([path, { post }]) => (post ? [{ path, post }] : []))
    .filter(({ post }) => !repeatable.includes(post.operationId ?? ''));
  expect(posts.length).toBeGreaterThanOrEqual(7);
  Object.assign(things, await aWebhook(), await anOperator());
  for (const { path, post } of posts) {
    const id = post.operationId ?? '';
    const target = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => things[name] ?? '');
    const first = await send(target, bodies[id], id);
    const audited = await entries();
    const again = await send(target, bodies[id], id);
    expect([id, first.status < 300]).toEqual([id, true]);
    if (again.status === 409) {
      expect([id, again.body.code]).toEqual([id, 'key_shown_once']);
    } else {
      expect([id, again.status, again.body]).toEqual([id, first.status, first.body]);
      expect([id, again.headers.get('idempotency-replayed')]).toEqual([id, 'true']);
    }
    expect([id, await entries()]).toEqual([id, audited]);
    expect([id, (await send(target, { other: 1 }, id)).body.code]).toEqual([id, 'idempotency_mismatch']);
  }
});

describe('a ticket', () => {
  test('is returned once and not stored', async () => {
    const first = await ticket('one');
    const { ticket: shown } = JSON.parse(first.text) as { ticket: string };
    const again = await ticket('one');
    expect([again.status, again.body.code]).toEqual([409, 'key_shown_once']);
    expect(again.text).not.toContain('undefined');
    expect(await api.everythingStored()).not.toContain(shown);
    expect(await api.audited('apiKey.ticket')).toHaveLength(1);
  });

  test('that could not be stored can be requested again with the same key', async () => {
    const issue = vi
      .spyOn(api.tickets, 'issue')
      .mockRejectedValueOnce(new RedisError('the store of tickets', 'away'));
    expect((await ticket('one')).body.code).toBe('fleet_unavailable');
    expect((await ticket('one')).status).toBe(200);
    expect(issue).toHaveBeenCalledTimes(2);
  });
});

describe('an action that is followed by a failed database write', () => {
  beforeEach(() => {
    const write = api.database.write.bind(api.database);
    vi.spyOn(api.database, 'write')
      .mockImplementationOnce(write)
      .mockRejectedValueOnce(new Error('the disk is full'));
  });

  test('rejects with its own error if it fails', async () => {
    gateway.unresponsiveTo = ['drain'];
    expect((await drain('one')).body.code).toBe('fleet_incomplete');
  });

  test('is answered with its result if it succeeds', async () => {
    const { status, body } = await ticket('one');
    expect([status, body]).toMatchObject([200, { ticket: expect.stringMatching(/^slt_/) as string }]);
  });
});

describe('a drain', () => {
  test('is answered with the stored answer on a repeated request, even after progress', async () => {
    const first = await drain('one', { periodSeconds: 60 });
    gateway.drain = null;
    const again = await drain('one', { periodSeconds: 60 });
    expect([again.status, again.body]).toEqual([202, first.body]);
    expect(gateway.requestsOf('drain')).toHaveLength(1);
  });

  test('without an answer of the gateway can be requested again with the same key', async () => {
    gateway.unresponsiveTo = ['drain'];
    expect((await drain('one')).body.code).toBe('fleet_incomplete');
    gateway.unresponsiveTo = [];
    expect((await drain('one')).status).toBe(202);
    expect(gateway.requestsOf('drain')).toHaveLength(2);
  });

  test('started by another process of the API is not started again', async () => {
    await drain('one');
    await api.database.write((manager) =>
      manager.update(IdempotencyRecordEntity, { idempotencyKey: 'one' }, { idempotencyKey: 'two' }),
    );
    gateway.drain = null;
    expect((await drain('two')).status).toBe(202);
    expect(gateway.requestsOf('drain')).toHaveLength(1);
  });
});

async function entries(): Promise<number> {
  return api.database.read.count('AuditEntry');
}

function send(path: string, body: object | undefined, idempotencyKey: string): Promise<ApiAnswer> {
  return api.request('POST', path, body, { headers: { 'idempotency-key': idempotencyKey } });
}

function ticket(idempotencyKey: string): Promise<ApiAnswer> {
  return send(`/v1/tenants/acme/api-keys/${things['key'] ?? ''}/tickets`, undefined, idempotencyKey);
}

function drain(idempotencyKey: string, body?: object): Promise<ApiAnswer> {
  return send(`/v1/gateways/${gateway.id}/drain`, body, idempotencyKey);
}

async function anOperator(): Promise<{ operator: string }> {
  const { body } = await api.request('POST', '/v1/operators', { name: 'Grace', role: 'viewer' });
  return { operator: body.id };
}

// Its delivery is sent in the background, and the outcome is then written.
async function aWebhook(): Promise<{ webhook: string; delivery: string }> {
  const hook = { url: 'https://hooks.acme.example/', events: ['quota.exceeded'] };
  const webhook = (await api.request('POST', '/v1/webhooks', hook)).body.id;
  const delivery = (await api.request('POST', `/v1/webhooks/${webhook}/test`)).body.id;
  return { webhook, delivery };
}
