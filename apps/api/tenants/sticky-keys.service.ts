import { Injectable } from '@nestjs/common';
import type { RotatedStickyKey, RotateStickyKey } from '#libs/contract';
import { StickyKeyEntity } from '../database/entities/sticky-key.entity.js';
import type { RequestContext } from '../http/request-context.js';
import { ConfigurationWriter } from '../publishing/configuration-writer.js';
import { findTenant } from '../resources/find-tenant.js';
import { newStickyKey, rotatedStickyKey, stickyKeyEntry } from '../resources/sticky-key.js';

@Injectable()
export class StickyKeysService {
  constructor(private readonly writer: ConfigurationWriter) {}

  /**
   * Replaces the secret that signs sticky cookies. Cookies of the previous secret are still accepted if it is
   * kept.
   */
  rotate(
    context: RequestContext,
    tenant: string,
    { keepPrevious }: RotateStickyKey,
  ): Promise<RotatedStickyKey> {
    return this.writer.commit(context, async (transaction) => {
      const { manager, at } = transaction;
      const { id: tenantId } = await findTenant(manager, context.principal, tenant);
      const before = await manager.findOneBy(StickyKeyEntity, { tenantId });
      const key =
        before === null ? newStickyKey(tenantId, at) : rotatedStickyKey(before, { at, keepPrevious });
      if (before === null) await manager.insert(StickyKeyEntity, key);
      else await manager.update(StickyKeyEntity, { id: key.id }, key);
      transaction.record({ action: 'stickyKey.rotate', targetId: key.id, tenantId }, [stickyKeyEntry(key)]);
      return { id: key.id, tenantId, rotatedAt: at };
    });
  }
}
