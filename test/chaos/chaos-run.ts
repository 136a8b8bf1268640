import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChildProgram } from '../support/child-program.js';
import { startCluster, type Cluster } from './cluster/cluster.js';
import { History } from './history.js';
import type { PlannedFault } from './faults/schedule.js';
import { injectFaults } from './faults/inject-faults.js';
import type { WorkloadCount } from './workload/client-plan.js';
import { limitsOf, planClients, steadyTenant, type WorkloadSize } from './workload/plan-clients.js';
import { isEvents, Workload } from './workload/workload.js';
import { machineMs } from './machine-clock.js';
import { Random } from '../support/random.js';
import { checkLedger, untilAgreed } from './checkers/agreement-checker.js';
import { checkEnds } from './checkers/end-checker.js';
import { resourceUseOf, checkCounters, checkLeaks, type ResourceUse } from './checkers/leak-checker.js';
import { checkLimit } from './checkers/limit-checker.js';
import { checkLog } from './checkers/log-checker.js';
import { checkAnswers } from './checkers/probe-checker.js';
import { checkRefusals } from './checkers/refusal-checker.js';
import { Ledger } from './workload/ledger.js';
import { Writer } from './workload/writer.js';

export interface ChaosRunInput {
  seed: number;
  size: WorkloadSize;
  writers: number;
  schedule: (random: Random) => PlannedFault[];
  /** The time in which all nodes must agree after the last fault. */
  agreementTimeoutMs: number;
  /** Further checks of the scenario. */
  check?: (history: History, ledger: Ledger) => CheckResult;
  print: (line: string) => void;
  /** Rejects when the run must stop at once. */
  interrupted: Promise<never>;
  /** The folder for the logs; null: a temporary folder, which is removed unless there are violations. */
  folder: string | null;
}

export interface CheckResult {
  violations: string[];
  /** Figures for the report. */
  lines: string[];
}

const connectTimeoutMs = 30_000;
const drainTimeoutMs = 20_000;
const writeEveryMs = { min: 100, max: 500 };

/** One run, from the start of the cluster to its stop. */
export class ChaosRun {
  readonly #history = new History();
  readonly #ledger = new Ledger();
  readonly #random: Random;
  readonly #resourceUse = new Map<ChildProgram, ResourceUse>();
  readonly #violations: string[] = [];

  constructor(private readonly input: ChaosRunInput) {
    this.#random = new Random(input.seed);
  }

  /** Resolves with the violations. */
  async run(): Promise<string[]> {
    const { print } = this.input;
    const folder = this.input.folder ?? (await mkdtemp(join(tmpdir(), 'sluice-chaos-')));
    await mkdir(folder, { recursive: true });
    const onUnexpectedExit = (reason: string): void => void this.#history.failures.push(reason);
    const onMessage = (message: unknown): void => {
      if (isEvents(message)) this.#history.record(message);
    };
    const cluster = await startCluster({ folder, onMessage, onUnexpectedExit });
    const workload = new Workload({ onMessage, onUnexpectedExit }, folder);
    try {
      await Promise.race([this.#execute(cluster, workload), this.input.interrupted]);
      for (const path of cluster.logPaths) this.#addViolations(await checkLog(path));
    } finally {
      await workload.close();
      await cluster.close();
    }
    if (this.#violations.length > 0) print(`the logs are in ${folder}`);
    else if (this.input.folder === null) await rm(folder, { recursive: true, force: true });
    return this.#violations;
  }

  async #execute(cluster: Cluster, workload: Workload): Promise<void> {
    const { input } = this;
    const random = this.#random;
    const plan = input.schedule(random.fork());
    const plans = await planClients(cluster, input.size, random.fork());
    const writers = Array.from({ length: input.writers }, (_, index) => this.#writer(cluster, index + 1));
    for (const writer of writers) await writer.start();
    await untilAgreed(cluster, connectTimeoutMs);
    await this.#recordResourceUse(cluster, 'files');
    workload.start(plans);
    const started = await workload.until((count) => this.#areAllConnected(count), connectTimeoutMs);
    input.print(
      `${started.open.length} connections over ${cluster.gateways.length} gateways, ${writers.length} writers`,
    );
    await this.#recordResourceUse(cluster, 'residentMiB');
    await injectFaults(plan, { cluster, history: this.#history }, (atMs, text) =>
      input.print(`${(atMs / 1000).toFixed(1).padStart(6)} s  ${text}`),
    );
    for (const writer of writers) await writer.stop();
    await this.#checkWrites(cluster);
    await this.#checkQuiescence(cluster, workload);
    for (const { process } of [...cluster.gateways, ...cluster.apis]) {
      const { exitCode } = await process.stop();
      if (exitCode !== 0) this.#addViolations([`${process.name} exited with ${String(exitCode)} on SIGTERM`]);
    }
    this.#checkConnections();
    this.#addViolations(this.#history.failures);
    const more = input.check?.(this.#history, this.#ledger);
    this.#addViolations(more?.violations ?? []);
    for (const line of more?.lines ?? []) input.print(line);
  }

  async #checkWrites(cluster: Cluster): Promise<void> {
    const { print, writers, agreementTimeoutMs } = this.input;
    const ledger = this.#ledger;
    const { position, afterMs, states } = await untilAgreed(cluster, agreementTimeoutMs);
    if (position === null)
      this.#addViolations([`no agreement in ${agreementTimeoutMs} ms: ${states.join(' | ')}`]);
    const tenants = Array.from({ length: writers }, (_, index) => tenantOf(index + 1));
    this.#addViolations(await checkLedger(cluster, ledger, tenants));
    // Without agreement each gateway answers from its own revision.
    const { violations, probes } =
      position === null
        ? { violations: [], probes: 0 }
        : await checkAnswers(cluster, ledger, { tenants, random: this.#random });
    this.#addViolations(violations);
    this.#addViolations(ledger.unexpectedAnswers);
    const { acceptedAtMs, unknown, replayed } = ledger;
    print(
      `writes: ${acceptedAtMs.length} accepted (${replayed} acknowledged at the second attempt), ${unknown} without an answer`,
    );
    print(
      `all at revision ${position ?? '?'} ${(afterMs / 1000).toFixed(1)} s after the last fault; ${probes} probes`,
    );
  }

  async #checkQuiescence(cluster: Cluster, workload: Workload): Promise<void> {
    // By then the clients of the last killed process have reconnected, and every gateway counts fleet-wide
    // again.
    const settledAtMs = Math.max(0, ...this.#history.localCounting.map(({ toMs }) => toMs));
    await delay(Math.max(0, settledAtMs - machineMs()));
    await workload.until((count) => this.#areAllConnected(count), connectTimeoutMs);
    await workload.ask('quiesce');
    const count = await workload.until(
      ({ unanswered, opening }) => unanswered + opening === 0,
      drainTimeoutMs,
    );
    if (count.unanswered > 0) this.#addViolations([`${count.unanswered} messages were never echoed`]);
    if (!this.#areAllConnected(count))
      this.#addViolations(['not every steady client is connected at the end']);
    this.#addViolations(await checkCounters(cluster, this.#history, count));
    await workload.ask('leave');
    await workload.until(({ open, opening }) => open.length + opening === 0, drainTimeoutMs);
    this.#addViolations(await checkLeaks(cluster, this.#resourceUse));
    this.input.print(`messages: ${count.echoed} echoed, ${this.#history.corrupted.length} of them wrong`);
  }

  #checkConnections(): void {
    const { clientEvents, upstreamEvents, refusals, corrupted, kills, pauses, localCounting } = this.#history;
    const ends = checkEnds(clientEvents, kills);
    this.#addViolations(ends.violations);
    this.input.print(
      `connections: ${ends.opened} opened, ${ends.killed} of them ended with a process that was killed`,
    );
    const { violations, counts } = checkRefusals(refusals, { kills, pauses });
    this.#addViolations(violations);
    const statuses = [...counts].map(
      ([status, times]) => `${times} × ${status === 0 ? 'no answer' : status}`,
    );
    this.input.print(`refused: ${statuses.join(', ')}`);
    this.#addViolations(corrupted.map(({ connection, detail }) => `a message of ${connection} ${detail}`));
    for (const limit of limitsOf(this.input.size)) {
      for (const events of [clientEvents, upstreamEvents]) {
        const result = checkLimit(limit, events, { kills, localCounting });
        this.#addViolations(result.violations);
        const side = events === clientEvents ? 'clients' : 'upstreams';
        this.input.print(
          `limit ${limit.max}, ${limit.name}: at most ${result.maxFleetWide} while all gateways counted fleet-wide, ` +
            `${result.maxEver} ever, as the ${side} observed it`,
        );
      }
    }
  }

  #areAllConnected({ open }: WorkloadCount): boolean {
    return open.filter(({ tenant }) => tenant === steadyTenant).length === this.input.size.steady;
  }

  #writer(cluster: Cluster, number: number): Writer {
    const apiUrls = cluster.apis.map(({ url }) => url);
    const upstreamUrl = cluster.upstreams[0]?.url ?? '';
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

  async #recordResourceUse(cluster: Cluster, what: keyof ResourceUse): Promise<void> {
    for (const { process } of [...cluster.apis, ...cluster.gateways]) {
      const use = await resourceUseOf(process);
      if (use)
        this.#resourceUse.set(process, { ...use, ...this.#resourceUse.get(process), [what]: use[what] });
    }
  }

  #addViolations(violations: readonly string[]): void {
    this.#violations.push(...violations);
    for (const violation of violations) this.input.print(`VIOLATED  ${violation}`);
  }
}

function tenantOf(number: number): string {
  return `writer-${number}`;
}
