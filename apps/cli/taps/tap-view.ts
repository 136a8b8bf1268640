import type { ApiClient } from '../api/api-client.js';
import { exitCodes } from '../exit-codes.js';
import { closeLine } from '../sockets/close-code.js';
import type { Terminal } from '../terminal.js';
import { followConnections } from './follow-connections.js';
import { frameLine } from './frame-line.js';
import { tapConnection, type TapEnd } from './tap-connection.js';
import type { TapMessage } from './tap-message.js';

/** The maximum number of connections that one command taps at a time. */
export const maxTappedConnections = 20;

interface ViewOptions {
  payloadBytes: number;
  /** Null: any number. */
  maxFrames: number | null;
  isJson: boolean;
}

/** The output of one run: the frames of one connection, or of all connections that match filters. */
export class TapView {
  readonly #terminal: Terminal;
  readonly #options: ViewOptions;
  readonly #stopping = new AbortController();
  #frames = 0;
  #hasReportedMore = false;

  constructor(terminal: Terminal, options: ViewOptions) {
    this.#terminal = terminal;
    this.#options = options;
  }

  stop(): void {
    this.#stopping.abort();
  }

  async show(api: ApiClient, connectionId: string): Promise<number> {
    const end = await this.#tap(api, connectionId);
    if (end.isRefused) return exitCodes.negative;
    return this.#stopping.signal.aborted || end.code === 1000 ? exitCodes.done : exitCodes.negative;
  }

  async follow(api: ApiClient, filters: Record<string, string>): Promise<number> {
    const { signal } = this.#stopping;
    const follow = async (id: string): Promise<void> => {
      await this.#tap(api, id);
    };
    await followConnections(api, {
      filters,
      maxConnections: maxTappedConnections,
      follow,
      onMore: () => this.#reportMore(),
      signal,
    });
    return exitCodes.done;
  }

  async #tap(api: ApiClient, connectionId: string): Promise<TapEnd> {
    const end = await tapConnection(api, connectionId, {
      payloadBytes: this.#options.payloadBytes,
      onOpen: () => this.#terminal.report(`${connectionId} tap open`),
      onMessage: (message) => this.#print(connectionId, message),
      signal: this.#stopping.signal,
    });
    if (end.isRefused) this.#terminal.report(`${connectionId}: ${end.lines.join('\n')}`);
    else if (!this.#stopping.signal.aborted) {
      this.#terminal.report(`${connectionId} tap ${closeLine(end.code, end.reason)}`);
    }
    return end;
  }

  #print(connectionId: string, message: TapMessage): void {
    if (this.#options.isJson) this.#terminal.print(JSON.stringify({ connectionId, ...message }));
    else if (message.type === 'frame') this.#terminal.print(frameLine(connectionId, message));
    else this.#terminal.print(`${connectionId} ${message.count} frames left out`);
    if (message.type === 'frame') this.#frames += 1;
    if (this.#frames === this.#options.maxFrames) this.stop();
  }

  #reportMore(): void {
    if (!this.#hasReportedMore) {
      this.#terminal.report(`more connections match; the first ${maxTappedConnections} are shown`);
    }
    this.#hasReportedMore = true;
  }
}
