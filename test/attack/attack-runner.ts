import { once } from 'node:events';
import { WebSocket } from 'ws';
import { startEcho } from '../../apps/echo/start-echo.js';
import { Sandbox, type OnAnswer } from './sandbox.js';
import type { AttackCase, AttackFamily } from './attack-case.js';
import type { AttackTarget } from './attack-target.js';

/** The time limit of one case: the gateway gives slow clients 10 seconds, and the machine may be slow. */
const caseTimeoutMs = 30_000;

/** Runs attacks against one gateway. */
export class AttackRunner {
  readonly #slow = new Map<AttackCase, Promise<void>>();
  #sandboxes = 0;

  constructor(
    private readonly gateway: AttackTarget,
    private readonly onAnswer?: OnAnswer,
  ) {}

  /** Starts the slow cases, which run concurrently with the others. */
  startSlow(families: readonly AttackFamily[]): void {
    for (const attack of families.flatMap(({ cases }) => cases)) {
      if (attack.isSlow !== true) continue;
      const outcome = this.#execute(attack);
      // `run` reports the rejection. Until then it must not count as unhandled.
      outcome.catch(() => undefined);
      this.#slow.set(attack, outcome);
    }
  }

  /** Rejects when the attack succeeds. */
  run(attack: AttackCase): Promise<void> {
    return this.#slow.get(attack) ?? this.#execute(attack);
  }

  /** Rejects unless an ordinary WebSocket client is admitted and gets an echo. */
  async expectEcho(): Promise<void> {
    const echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
    const path = '/ordinary';
    const upstreams = [{ url: echo.url }];
    await this.gateway.publish({ match: { host: 'ordinary.test', path }, upstreams, auth: { mode: 'none' } });
    const url = `ws://127.0.0.1:${this.gateway.port}${path}`;
    const client = new WebSocket(url, { headers: { Host: 'ordinary.test' } });
    await once(client, 'open');
    client.send('hello');
    const [message] = (await once(client, 'message')) as [Buffer];
    client.close();
    await once(client, 'close');
    await echo.close();
    if (message.toString() !== 'hello') throw new Error(`the echo was ${message.toString()}`);
  }

  async #execute(attack: AttackCase): Promise<void> {
    const sandbox = new Sandbox(this.gateway, `case-${(this.#sandboxes += 1)}.attack.test`, this.onAnswer);
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`no outcome after ${caseTimeoutMs} ms`));
      }, caseTimeoutMs);
    });
    try {
      await Promise.race([attack.run(sandbox), timeout]);
    } finally {
      clearTimeout(timer);
      await sandbox.close();
    }
  }
}
