import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Actor } from './cast/actor.js';
import { raiseCast, type Cast } from './cast/cast.js';
import { Chronicle } from './chronicle.js';
import type { PlannedFault } from './faults/schedule.js';
import { strikeAll } from './faults/strike-all.js';
import type { LoadCount } from './load/client-plan.js';
import { limitsOf, planCrowd, steadyTenant, type CrowdSize } from './load/crowd.js';
import { isNotes, Load } from './load/load.js';
import { machineMs } from './machine-clock.js';
import { Random } from '../support/random.js';
import { judgeLedger, untilAgreed } from './referee/agreement-referee.js';
import { judgeEnds } from './referee/end-referee.js';
import { belongingsOf, judgeCounters, judgeLeftovers, type Belongings } from './referee/leftover-referee.js';
import { judgeLimit } from './referee/limit-referee.js';
import { judgeLog } from './referee/log-referee.js';
import { judgeAnswers } from './referee/probe-referee.js';
import { judgeRefusals } from './referee/refusal-referee.js';
import { Ledger } from './writes/ledger.js';
import { Writer } from './writes/writer.js';

export interface PerformanceInput {
  seed: number;
  size: CrowdSize;
  writers: number;
  schedule: (random: Random) => PlannedFault[];
  /** So soon after the last fault everybody has the same. */
  agreementTimeoutMs: number;
  /** What else has to hold. */
  judge?: (chronicle: Chronicle, ledger: Ledger) => Judgement;
  print: (line: string) => void;
  /** Rejects when somebody wants it to end at once. */
  interrupted: Promise<never>;
  /** Where logs stay; null: in a folder that is removed when nothing was violated. */
  folder: string | null;
}

export interface Judgement {
  violations: string[];
  /** Figures for the report. */
  lines: string[];
}

const everybodyInMs = 30_000;
const drainedMs = 20_000;
const writeEveryMs = { least: 100, most: 500 };

/** One run from the first process to the last; with all that was violated. */
export class ChaosPerformance {
  readonly #chronicle = new Chronicle();
  readonly #ledger = new Ledger();
  readonly #random: Random;
  readonly #belongings = new Map<Actor, Belongings>();
  readonly #violations: string[] = [];

  constructor(private readonly input: PerformanceInput) {
    this.#random = new Random(input.seed);
  }

  async run(): Promise<string[]> {
    const { print } = this.input;
    const folder = this.input.folder ?? (await mkdtemp(join(tmpdir(), 'sluice-chaos-')));
    await mkdir(folder, { recursive: true });
    const onLoss = (how: string): void => void this.#chronicle.mishaps.push(how);
    const onMessage = (message: unknown): void => {
      if (isNotes(message)) this.#chronicle.note(message);
    };
    const cast = await raiseCast({ folder, onMessage, onLoss });
    const load = new Load(this.#chronicle, folder);
    try {
      await Promise.race([this.#play(cast, load), this.input.interrupted]);
      for (const path of cast.logPaths) this.#hold(await judgeLog(path));
    } finally {
      await load.close();
      await cast.close();
    }
    if (this.#violations.length > 0) print(`the logs are in ${folder}`);
    else if (this.input.folder === null) await rm(folder, { recursive: true, force: true });
    return this.#violations;
  }

  async #play(cast: Cast, load: Load): Promise<void> {
    const { input } = this;
    const random = this.#random;
    const plan = input.schedule(random.fork());
    const plans = await planCrowd(cast, input.size, random.fork());
    const writers = Array.from({ length: input.writers }, (_, index) => this.#writer(cast, index + 1));
    for (const writer of writers) await writer.begin();
    await untilAgreed(cast, everybodyInMs);
    await this.#noteBelongings(cast, 'files');
    await load.begin(plans);
    const begun = await load.until((count) => this.#isEverybodyIn(count), everybodyInMs);
    input.print(
      `${begun.open.length} connections over ${cast.gateways.length} gateways, ${writers.length} writers`,
    );
    await this.#noteBelongings(cast, 'residentMiB');
    await strikeAll(plan, { cast, chronicle: this.#chronicle }, (atMs, text) =>
      input.print(`${(atMs / 1000).toFixed(1).padStart(6)} s  ${text}`),
    );
    for (const writer of writers) await writer.stop();
    await this.#judgeWrites(cast);
    await this.#judgeCalm(cast, load);
    for (const { actor } of [...cast.gateways, ...cast.apis]) {
      const exitCode = await actor.terminate();
      if (exitCode !== 0) this.#hold([`${actor.name} exited with ${String(exitCode)} on SIGTERM`]);
    }
    this.#judgeConnections();
    this.#hold(this.#chronicle.mishaps);
    const more = input.judge?.(this.#chronicle, this.#ledger);
    this.#hold(more?.violations ?? []);
    for (const line of more?.lines ?? []) input.print(line);
  }

  async #judgeWrites(cast: Cast): Promise<void> {
    const { print, writers, agreementTimeoutMs } = this.input;
    const ledger = this.#ledger;
    const { position, afterMs, standings } = await untilAgreed(cast, agreementTimeoutMs);
    if (position === null) this.#hold([`no agreement in ${agreementTimeoutMs} ms: ${standings.join(' | ')}`]);
    const tenants = Array.from({ length: writers }, (_, index) => tenantOf(index + 1));
    this.#hold(await judgeLedger(cast, ledger, tenants));
    // Without agreement each gateway answers from where it stands.
    const { violations, probes } =
      position === null
        ? { violations: [], probes: 0 }
        : await judgeAnswers(cast, ledger, { tenants, random: this.#random });
    this.#hold(violations);
    this.#hold(ledger.surprises);
    const { acceptedAtMs, unknown, replayed } = ledger;
    print(
      `writes: ${acceptedAtMs.length} accepted (${replayed} heard of at a second attempt), ${unknown} without an answer`,
    );
    print(
      `all at revision ${position ?? '?'} ${(afterMs / 1000).toFixed(1)} s after the last fault; ${probes} probes`,
    );
  }

  async #judgeCalm(cast: Cast, load: Load): Promise<void> {
    // Those whose process was killed last are back by then, and every gateway counts with the others again.
    const settledAtMs = Math.max(0, ...this.#chronicle.seclusions.map(({ toMs }) => toMs));
    await delay(Math.max(0, settledAtMs - machineMs()));
    await load.until((count) => this.#isEverybodyIn(count), everybodyInMs);
    await load.ask('hush');
    const count = await load.until(({ unanswered, opening }) => unanswered + opening === 0, drainedMs);
    if (count.unanswered > 0) this.#hold([`${count.unanswered} messages never came back`]);
    if (!this.#isEverybodyIn(count)) this.#hold(['not every client that may be connected is so in the end']);
    this.#hold(await judgeCounters(cast, this.#chronicle, count));
    await load.ask('leave');
    await load.until(({ open, opening }) => open.length + opening === 0, drainedMs);
    this.#hold(await judgeLeftovers(cast, this.#belongings));
    this.input.print(`messages: ${count.echoed} came back, ${this.#chronicle.garbled.length} of them wrong`);
  }

  #judgeConnections(): void {
    const { clientNotes, upstreamNotes, refusals, garbled, kills, freezes, seclusions } = this.#chronicle;
    const ends = judgeEnds(clientNotes, kills);
    this.#hold(ends.violations);
    this.input.print(
      `connections: ${ends.opened} opened, ${ends.killed} of them ended with a process that was killed`,
    );
    const { violations, counts } = judgeRefusals(refusals, { kills, freezes });
    this.#hold(violations);
    const statuses = [...counts].map(
      ([status, times]) => `${times} × ${status === 0 ? 'no answer' : status}`,
    );
    this.input.print(`not let in: ${statuses.join(', ')}`);
    this.#hold(garbled.map(({ connection, detail }) => `a message of ${connection} ${detail}`));
    for (const limit of limitsOf(this.input.size)) {
      for (const notes of [clientNotes, upstreamNotes]) {
        const verdict = judgeLimit(limit, notes, { kills, seclusions });
        this.#hold(verdict.violations);
        const side = notes === clientNotes ? 'clients' : 'upstreams';
        this.input.print(
          `limit ${limit.most}, ${limit.name}: at most ${verdict.mostTogether} while all gateways counted together, ` +
            `${verdict.mostEver} ever, as the ${side} saw it`,
        );
      }
    }
  }

  #isEverybodyIn({ open }: LoadCount): boolean {
    return open.filter(({ tenant }) => tenant === steadyTenant).length === this.input.size.steady;
  }

  #writer(cast: Cast, number: number): Writer {
    const apiUrls = cast.apis.map(({ url }) => url);
    const upstreamUrl = cast.upstreams[0]?.url ?? '';
    const random = this.#random.fork();
    const everyMs = writeEveryMs;
    return new Writer({
      apiUrls,
      ledger: this.#ledger,
      random,
      tenant: tenantOf(number),
      upstreamUrl,
      everyMs,
    });
  }

  async #noteBelongings(cast: Cast, what: keyof Belongings): Promise<void> {
    for (const { actor } of [...cast.apis, ...cast.gateways]) {
      const has = await belongingsOf(actor);
      if (has) this.#belongings.set(actor, { ...has, ...this.#belongings.get(actor), [what]: has[what] });
    }
  }

  #hold(violations: readonly string[]): void {
    this.#violations.push(...violations);
    for (const violation of violations) this.input.print(`VIOLATED  ${violation}`);
  }
}

function tenantOf(number: number): string {
  return `writer-${number}`;
}
