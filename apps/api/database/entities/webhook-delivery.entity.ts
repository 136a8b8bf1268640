import { defineEntity } from './define-entity.js';

/** One event for one webhook. */
export interface WebhookDeliveryRow {
  id: string;
  webhookId: string;
  eventId: string;
  type: string;
  /** The message as it is signed and sent. */
  body: string;
  state: 'pending' | 'delivered' | 'dead';
  /** Number of failed attempts. */
  attempts: number;
  /** The end of the lease while it is being sent. */
  nextAttemptAt: string;
  /** The process that sends it; null: none. */
  lease: string | null;
  lastError: string | null;
  createdAt: string;
}

export const WebhookDeliveryEntity = defineEntity<WebhookDeliveryRow>({
  name: 'WebhookDelivery',
  tableName: 'webhook_deliveries',
  columns: {
    id: { type: 'varchar', primary: true },
    webhookId: { type: 'varchar' },
    eventId: { type: 'varchar' },
    type: { type: 'varchar' },
    body: { type: 'text' },
    state: { type: 'varchar' },
    attempts: { type: 'integer' },
    nextAttemptAt: { type: 'varchar' },
    lease: { type: 'varchar', nullable: true },
    lastError: { type: 'varchar', nullable: true },
    createdAt: { type: 'varchar' },
  },
});
