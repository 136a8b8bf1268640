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
import { FleetClient } from '../fleet/fleet-client.js';
import { listLastUse } from '../lists/write-listed-rows.js';

const collectEveryMs = 10_000;
// A gateway returns up to 1,000 uses at a time; uses beyond this many pages are read in the next round.
const maxPagesPerRound = 20;

/**
 * Updates `lastUsedAt` of API keys: every 10 seconds it collects from the gateways which keys were used, and
 * writes them in one transaction, which adds no revision. No connection waits for it. While no API runs,
 * gateways keep the uses; a gateway that stops loses its uses.
 */
@Injectable()
export class KeyUseRecorder implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> = Promise.resolve();

  constructor(
    private readonly fleet: FleetClient,
    private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#round = this.#round.then(() => this.collect());
    }, collectEveryMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#round;
  }

  /** Collects once. Never rejects, since nothing awaits it. */
  async collect(): Promise<void> {
    try {
      for (let page = 0; page < maxPagesPerRound; page += 1) if (!(await this.#collectPage())) return;
    } catch (error) {
      // Other parts already log that Redis is unavailable, and the gateways keep the uses.
      if (!(error instanceof RedisError))
        this.logger.warn({ err: error }, 'lastUsedAt of API keys could not be written');
    }
  }

  async #collectPage(): Promise<boolean> {
    const { answers } = await this.fleet.ask(null, 'takeKeyUses', {});
    const lastUses = new Map<string, string>();
    for (const { apiKeyId, at } of answers.flatMap(({ answer }) => answer.uses)) {
      if (at > (lastUses.get(apiKeyId) ?? '')) lastUses.set(apiKeyId, at);
    }
    if (lastUses.size === 0) return false;
    await this.#write(lastUses);
    return true;
  }

  async #write(lastUses: ReadonlyMap<string, string>): Promise<void> {
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
        await listLastUse(manager, id, at);
      }
    });
  }
}
