import type { ConnectionNote, GarbledNote, NotesMessage, RefusalNote } from './notes.js';

/** A process that was ended, and with it every connection that went through it. */
export interface Kill {
  kind: 'gateway' | 'upstream';
  /** Index of the gateway from 1, or name of the upstream. */
  which: number | string;
  /** Just before the signal. */
  atMs: number;
  /** When it was ready again. */
  untilMs: number;
}

/** A gateway that stood still, and went on. */
export interface Freeze {
  gateway: number;
  fromMs: number;
  toMs: number;
}

/** A time in which these gateways may count limits each by itself. */
export interface Seclusion {
  gateways: readonly number[];
  fromMs: number;
  toMs: number;
}

/** All that happened in a run, for the referees. */
export class Chronicle {
  readonly clientNotes: ConnectionNote[] = [];
  readonly upstreamNotes: ConnectionNote[] = [];
  readonly refusals: RefusalNote[] = [];
  readonly garbled: GarbledNote[] = [];
  readonly kills: Kill[] = [];
  readonly freezes: Freeze[] = [];
  readonly seclusions: Seclusion[] = [];
  /** What went wrong in itself, whatever the referees say. */
  readonly mishaps: string[] = [];

  /** Whether a gateway may count limits by itself then. */
  isAlone(gateway: number, atMs: number): boolean {
    return this.seclusions.some(
      ({ gateways, fromMs, toMs }) => gateways.includes(gateway) && fromMs <= atMs && atMs <= toMs,
    );
  }

  note({ notes }: NotesMessage): void {
    for (const note of notes) {
      if (note.kind === 'refused') this.refusals.push(note);
      else if (note.kind === 'garbled') this.garbled.push(note);
      else if (note.side === 'client') this.clientNotes.push(note);
      else this.upstreamNotes.push(note);
    }
  }
}
