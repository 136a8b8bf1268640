import type { ConnectionEvent, CorruptionEvent, EventsMessage, RefusalEvent } from './events.js';

/** A killed process; every connection through it ends. */
export interface Kill {
  kind: 'gateway' | 'upstream';
  /** Index of the gateway from 1, or name of the upstream. */
  which: number | string;
  /** Just before the signal. */
  atMs: number;
  /** When it was ready again. */
  untilMs: number;
}

/** A gateway that was stopped with SIGSTOP and continued. */
export interface Pause {
  gateway: number;
  fromMs: number;
  toMs: number;
}

/** A period in which each of these gateways may count limits by itself. */
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
  /** Violations that need no checker, such as an unexpected exit. */
  readonly failures: string[] = [];

  /** Whether the gateway may count limits by itself at this time. */
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
