import type { ConnectionEvent, CorruptionEvent, EventsMessage, RefusalEvent } from './events.js';

/** A kill of a process, which ends every connection through it. */
export interface Kill {
  kind: 'gateway' | 'upstream';
  /** Index of the gateway from 1, or name of the upstream. */
  which: number | string;
  /** The time just before the signal. */
  atMs: number;
  /** The time at which the process was ready again. */
  untilMs: number;
}

/** A pause of a gateway, from its SIGSTOP to its SIGCONT. */
export interface Pause {
  gateway: number;
  fromMs: number;
  toMs: number;
}

/** A period in which each of these gateways may count limits locally. */
export interface LocalCounting {
  gateways: readonly number[];
  fromMs: number;
  toMs: number;
}

/** All events of a run, for the checkers. */
export class History {
  readonly clientEvents: ConnectionEvent[] = [];
  readonly upstreamEvents: ConnectionEvent[] = [];
  readonly refusals: RefusalEvent[] = [];
  readonly corrupted: CorruptionEvent[] = [];
  readonly kills: Kill[] = [];
  readonly pauses: Pause[] = [];
  readonly localCounting: LocalCounting[] = [];
  /** Violations found without a checker, such as an unexpected exit. */
  readonly failures: string[] = [];

  /** Whether the gateway may count limits locally at this time. */
  countsLocally(gateway: number, atMs: number): boolean {
    return this.localCounting.some(
      ({ gateways, fromMs, toMs }) => gateways.includes(gateway) && fromMs <= atMs && atMs <= toMs,
    );
  }

  record({ events }: EventsMessage): void {
    for (const event of events) {
      if (event.kind === 'refused') this.refusals.push(event);
      else if (event.kind === 'corrupted') this.corrupted.push(event);
      else if (event.side === 'client') this.clientEvents.push(event);
      else this.upstreamEvents.push(event);
    }
  }
}
