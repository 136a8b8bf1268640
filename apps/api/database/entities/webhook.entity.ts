import type { WebhookEventType } from '#libs/contract';
import { defineEntity } from './define-entity.js';

/** A webhook. Its secrets are stored as they are, because they sign. */
export interface WebhookRow {
  id: string;
  /** Null: it gets the events of all tenants and gateways. */
  tenantId: string | null;
  name: string;
  url: string;
  events: WebhookEventType[];
  enabled: boolean;
  secret: string;
  previousSecret: string | null;
  previousSecretExpiresAt: string | null;
  droppedEvents: number;
  createdAt: string;
  updatedAt: string;
}

export const WebhookEntity = defineEntity<WebhookRow>({
  name: 'Webhook',
  tableName: 'webhooks',
  columns: {
    id: { type: 'varchar', primary: true },
    tenantId: { type: 'varchar', nullable: true },
    name: { type: 'varchar' },
    url: { type: 'text' },
    events: { type: 'simple-json' },
    enabled: { type: 'boolean' },
    secret: { type: 'varchar' },
    previousSecret: { type: 'varchar', nullable: true },
    previousSecretExpiresAt: { type: 'varchar', nullable: true },
    droppedEvents: { type: 'integer' },
    createdAt: { type: 'varchar' },
    updatedAt: { type: 'varchar' },
  },
});
