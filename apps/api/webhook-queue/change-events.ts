import type { WebhookEventType } from '#libs/contract';
import type { AuditAction, AuditSubject } from '../database/entities/audit-entry.entity.js';
import { eventIdOf, type WebhookEvent } from './webhook-event.js';

const types: Partial<Record<AuditAction, WebhookEventType>> = {
  'apiKey.create': 'key.created',
  'apiKey.update': 'key.updated',
  'apiKey.rotate': 'key.rotated',
  'apiKey.revoke': 'key.revoked',
  'tenant.create': 'tenant.created',
  'tenant.update': 'tenant.updated',
  'tenant.delete': 'tenant.deleted',
};

/** The events of a committed change of the configuration, by its audited subjects. */
export function changeEvents(
  revision: number,
  at: string,
  subjects: readonly Pick<AuditSubject, 'action' | 'targetId' | 'tenantId'>[],
): WebhookEvent[] {
  return subjects.flatMap(({ action, targetId, tenantId }) => {
    const type = types[action];
    if (type === undefined) return [];
    const id = eventIdOf(type, targetId, revision, at);
    return [{ id, type, tenantId, at, data: { id: targetId, tenantId, revision } }];
  });
}
