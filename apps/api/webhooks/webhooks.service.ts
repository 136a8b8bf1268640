import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan, type EntityManager } from 'typeorm';
import {
  newId,
  webhookEditSchema,
  type IssuedWebhook,
  type Webhook,
  type WebhookCreate,
  type WebhookRotate,
} from '#libs/contract';
import { newWebhookSecret } from '#libs/webhooks';
import { Database } from '../database/database.js';
import { WebhookEntity, type WebhookRow } from '../database/entities/webhook.entity.js';
import { applyMergePatch } from '../http/apply-merge-patch.js';
import { requireMatch } from '../http/etag.js';
import { pageStart, toPage, type Page, type PageQuery } from '../http/page.js';
import { visibleTenantIds, type Principal } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';
import type { RequestContext } from '../http/request-context.js';
import { findTenant } from '../resources/find-tenant.js';
import { FleetEventQueue } from './fleet-event-queue.js';
import { findWebhook, webhookOf } from './webhook-rows.js';
import { WebhookWrites } from './webhook-writes.js';

const maxWebhooksOfTenant = 20;
const maxWebhooksOfOperators = 200;

/** Manages webhooks. They exist only in the API: they are not published and add no revision. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly database: Database,
    private readonly writes: WebhookWrites,
    private readonly fleetEvents: FleetEventQueue,
  ) {}

  async create(context: RequestContext, { tenant, ...fields }: WebhookCreate): Promise<IssuedWebhook> {
    const created = await this.writes.run(context, async (manager, at) => {
      const tenantId = await ownerOf(manager, context.principal, tenant);
      await refuseMany(manager, tenantId);
      const secret = newWebhookSecret();
      const previous = { previousSecret: null, previousSecretExpiresAt: null };
      const id = newId('webhook');
      const times = { createdAt: at, updatedAt: at };
      const row: WebhookRow = { ...fields, id, tenantId, secret, ...previous, droppedEvents: 0, ...times };
      await manager.insert(WebhookEntity, row);
      return { action: 'webhook.create', row, answer: { ...webhookOf(row), secret } };
    });
    this.fleetEvents.review();
    return created;
  }

  async list({ principal }: RequestContext, { limit, cursor }: PageQuery): Promise<Page<Webhook>> {
    const visible = visibleTenantIds(principal);
    const rows = await this.database.read.find(WebhookEntity, {
      where: {
        id: MoreThan(pageStart('webhook', cursor)),
        ...(visible !== null && { tenantId: In([...visible]) }),
      },
      order: { id: 'ASC' },
      take: limit + 1,
    });
    return toPage(rows, limit, webhookOf);
  }

  async get({ principal }: RequestContext, id: string): Promise<Webhook> {
    return webhookOf(await findWebhook(this.database.read, principal, id));
  }

  async update(context: RequestContext, id: string, patch: Record<string, unknown>): Promise<Webhook> {
    const updated = await this.writes.run(context, async (manager, at) => {
      const row = await findWebhook(manager, context.principal, id);
      const webhook = webhookOf(row);
      requireMatch(context.ifMatch, webhook);
      const { name, url, events, enabled } = row;
      const changed = applyMergePatch(webhookEditSchema, { name, url, events, enabled }, patch, webhook);
      if (isDeepStrictEqual(changed, { name, url, events, enabled })) return { row, answer: webhook };
      const after = { ...row, ...changed, updatedAt: at };
      await manager.update(WebhookEntity, { id }, { ...changed, updatedAt: at });
      return { action: 'webhook.update', row, answer: webhookOf(after) };
    });
    this.fleetEvents.review();
    return updated;
  }

  async delete(context: RequestContext, id: string): Promise<void> {
    await this.writes.run(context, async (manager) => {
      const row = await findWebhook(manager, context.principal, id);
      requireMatch(context.ifMatch, webhookOf(row));
      await manager.delete(WebhookEntity, { id });
      return { action: 'webhook.delete', row, answer: {} };
    });
  }

  /** Deliveries are signed with both secrets until the end of the grace period. */
  rotate(context: RequestContext, id: string, { graceSeconds }: WebhookRotate): Promise<IssuedWebhook> {
    return this.writes.run(context, async (manager, at) => {
      const row = await findWebhook(manager, context.principal, id);
      const secret = newWebhookSecret();
      const expiresAt = new Date(Date.parse(at) + graceSeconds * 1000).toISOString();
      const changed = {
        secret,
        previousSecret: graceSeconds > 0 ? row.secret : null,
        previousSecretExpiresAt: graceSeconds > 0 ? expiresAt : null,
        updatedAt: at,
      };
      await manager.update(WebhookEntity, { id }, changed);
      return { action: 'webhook.rotate', row, answer: { ...webhookOf({ ...row, ...changed }), secret } };
    });
  }
}

async function ownerOf(
  manager: EntityManager,
  principal: Principal,
  reference: string | null,
): Promise<string | null> {
  if (reference !== null) return (await findTenant(manager, principal, reference)).id;
  const visible = visibleTenantIds(principal);
  if (visible === null) return null;
  const [only] = visible;
  if (visible.length === 1 && only !== undefined) return (await findTenant(manager, principal, only)).id;
  const message = 'expected one of the tenants of the operator';
  throw new ProblemError('validation_failed', { errors: [{ field: 'tenant', message }] });
}

async function refuseMany(manager: EntityManager, tenantId: string | null): Promise<void> {
  const max = tenantId === null ? maxWebhooksOfOperators : maxWebhooksOfTenant;
  const count = await manager.countBy(WebhookEntity, { tenantId: tenantId ?? IsNull() });
  if (count < max) return;
  throw new ProblemError('quota_exceeded', { detail: `There are ${max} webhooks already.` });
}
