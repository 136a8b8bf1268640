import { once } from 'node:events';
import { WebSocket } from 'ws';
import { startEcho } from '../../apps/echo/start-echo.js';
import { Arena } from './arena.js';
import type { AttackCase, AttackFamily } from './attack-case.js';
import type { AttackedGateway } from './attacked-gateway.js';

/** Longest time for one case, in milliseconds: slow clients have 10 seconds, and the machine may be busy. */
const caseTimeoutMs = 30_000;

/** Runs attacks against one gateway. */
export class Assault {
  readonly #slow = new Map<AttackCase, Promise<void>>();
  #arenas = 0;

  constructor(private readonly gateway: AttackedGateway) {}

  /** Starts the slow cases, which go on beside the others. */
  startSlow(families: readonly AttackFamily[]): void {
    for (const attack of families.flatMap(({ cases }) => cases)) {
      if (attack.isSlow !== true) continue;
      const outcome = this.#run(attack);
      // Whoever performs the case hears of it; until then it must not count as unhandled.
      outcome.catch(() => undefined);
      this.#slow.set(attack, outcome);
    }
  }

  /** Rejects where the gateway gave way. */
  perform(attack: AttackCase): Promise<void> {
    return this.#slow.get(attack) ?? this.#run(attack);
  }

  /** Somebody with a plain WebSocket client is let in, and gets an echo. */
  async expectEcho(): Promise<void> {
    const echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
    const path = '/innocent';
    const upstreams = [{ url: echo.url }];
    await this.gateway.publish({ match: { host: 'innocent.test', path }, upstreams, auth: { mode: 'none' } });
    const url = `ws://127.0.0.1:${this.gateway.port}${path}`;
    const client = new WebSocket(url, { headers: { Host: 'innocent.test' } });
    await once(client, 'open');
    client.send('hello');
    const [message] = (await once(client, 'message')) as [Buffer];
    client.close();
    await once(client, 'close');
    await echo.close();
    if (message.toString() !== 'hello') throw new Error(`the echo was ${message.toString()}`);
  }

  async #run(attack: AttackCase): Promise<void> {
    const arena = new Arena(this.gateway, `case-${(this.#arenas += 1)}.attack.test`);
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`not over after ${caseTimeoutMs} ms`));
      }, caseTimeoutMs);
    });
    try {
      await Promise.race([attack.run(arena), timeout]);
    } finally {
      clearTimeout(timer);
      await arena.close();
    }
  }
}
