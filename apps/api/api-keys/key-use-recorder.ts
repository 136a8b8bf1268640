import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { IsNull, LessThan } from 'typeorm';
import { RedisError } from '#libs/redis';
import { LOGGER } from '../composition/injection-tokens.js';
import { Database } from '../database/database.js';
import { ApiKeyEntity } from '../database/entities/api-key.entity.js';
import { FleetInquiry } from '../fleet/fleet-inquiry.js';

const collectEveryMs = 10_000;
// A gateway hands out 1,000 uses at a time; what is left then waits for the next round.
const pagesInARound = 20;

/**
 * Keeps `lastUsedAt` of API keys: every 10 seconds it takes from the gateways which keys were used, and writes that in
 * one transaction, which makes no revision. No connection waits for it. What a gateway has not handed out yet is kept
 * there while this API is away, and lost with the gateway.
 */
@Injectable()
export class KeyUseRecorder implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;
  private round: Promise<void> = Promise.resolve();

  constructor(
    private readonly fleet: FleetInquiry,
    private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.round = this.round.then(() => this.collect());
    }, collectEveryMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    await this.round;
  }

  /** One round; it never rejects, since nobody waits for it. */
  async collect(): Promise<void> {
    try {
      for (let page = 0; page < pagesInARound; page += 1) if (!(await this.collectPage())) return;
    } catch (error) {
      // Without the bus others say so already, and the uses stay with the gateways.
      if (!(error instanceof RedisError))
        this.logger.warn({ err: error }, 'lastUsedAt of keys was not written');
    }
  }

  private async collectPage(): Promise<boolean> {
    const { answers } = await this.fleet.ask(null, 'takeKeyUses', {});
    const lastUses = new Map<string, string>();
    for (const { apiKeyId, at } of answers.flatMap(({ answer }) => answer.uses)) {
      if (at > (lastUses.get(apiKeyId) ?? '')) lastUses.set(apiKeyId, at);
    }
    if (lastUses.size === 0) return false;
    await this.write(lastUses);
    return true;
  }

  private async write(lastUses: ReadonlyMap<string, string>): Promise<void> {
    await this.database.write(async (manager) => {
      for (const [id, at] of lastUses) {
        await manager
          .createQueryBuilder()
          .update(ApiKeyEntity)
          .set({ lastUsedAt: at })
          .where([
            { id, lastUsedAt: IsNull() },
            { id, lastUsedAt: LessThan(at) },
          ])
          .execute();
      }
    });
  }
}
