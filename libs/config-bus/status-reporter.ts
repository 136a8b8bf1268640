import { errorMessage } from '#libs/async';
import type { Logger } from '#libs/redis';
import type { ConfigApplier } from './config-applier.js';
import { initialStatus, isSameStatus, type FollowerStatus } from './follower-status.js';

/** The applied position, and the reason if a part of the configuration was set aside. */
type Applied = Pick<ConfigApplier, 'appliedPosition' | 'refusal'>;

/**
 * Keeps the status of a follower: reports each new status once, and logs the transitions that matter to an
 * operator.
 */
export class StatusReporter {
  #status = initialStatus;
  #isStopped = false;

  constructor(
    private readonly logger: Logger,
    private readonly onStatus: ((status: FollowerStatus) => void) | undefined,
  ) {}

  get status(): FollowerStatus {
    return this.#status;
  }

  /** Ignores all further changes of the status. */
  stop(): void {
    this.#isStopped = true;
  }

  applied({ appliedPosition, refusal }: Applied): void {
    if (refusal !== null) {
      if (refusal !== this.#status.refusal) {
        this.logger.error({ reason: refusal }, 'a published entry is set aside; all others are applied');
      }
    } else if (this.#status.state !== 'following') {
      this.logger.info({ ...appliedPosition }, 'following the published configuration');
    }
    const state = refusal === null ? 'following' : 'refusing';
    this.#report({ state, appliedPosition, refusal, source: 'bus' });
  }

  appliedFromFile({ appliedPosition, refusal }: Applied): void {
    this.#report({ appliedPosition, refusal, source: 'file' });
  }

  /** The bus has no configuration yet. */
  waiting(refusal: string | null): void {
    this.#report({ state: 'waiting', refusal });
  }

  refused(reason: string): void {
    if (reason !== this.#status.refusal) {
      this.logger.error({ reason }, 'a published configuration was refused; the last good one stays in use');
    }
    this.#report({ state: 'refusing', refusal: reason });
  }

  /** The stored configuration is still the refused one. */
  stillRefused(): void {
    this.#report({ state: 'refusing' });
  }

  detached(error: unknown): void {
    if (this.#isStopped) return;
    if (this.#status.state !== 'detached') {
      this.logger.warn(
        { reason: errorMessage(error) },
        'the configuration bus cannot be reached; the last good state stays in use',
      );
    }
    this.#report({ state: 'detached' });
  }

  #report(news: Partial<FollowerStatus>): void {
    const status = { ...this.#status, ...news };
    if (this.#isStopped || isSameStatus(status, this.#status)) return;
    this.#status = status;
    try {
      this.onStatus?.(status);
    } catch (bug) {
      this.logger.error({ reason: errorMessage(bug) }, 'a listener of the configuration status failed');
    }
  }
}
