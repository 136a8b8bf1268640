import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import type { LoadPrograms } from './load-programs.js';
import type { Pinning } from './pinning.js';
import type { ProxyTarget } from './proxy.js';

const maxRunMs = 180_000;

type LoadProcess = ChildProcessByStdio<Writable, Readable, Readable>;
type LoadOptions = Record<string, number>;

const processTimeSchema = z.object({
  pid: z.number(),
  ns: z.number(),
  userTicks: z.number(),
  systemTicks: z.number(),
});

const resultSchema = z.object({
  messages: z.number().optional(),
  handshakes: z.number().optional(),
  open: z.number().optional(),
  p50Ns: z.number().optional(),
  p99Ns: z.number().optional(),
  tookNs: z.number().optional(),
  elapsedNs: z.number(),
  ownNs: z.number(),
  processes: z.array(processTimeSchema),
});

type RawResult = z.output<typeof resultSchema>;

/** The result of a load, and the processor time in nanoseconds. */
export interface LoadResult extends Omit<RawResult, 'processes'> {
  proxyNs: number;
  proxyUserTicks: number;
  proxySystemTicks: number;
  upstreamNs: number;
}

/** Connections that stay open until `end`. */
export interface HeldConnections {
  end(): Promise<void>;
}

/** The clients and the echo upstream, which are the same for all proxies. */
export class Load {
  private constructor(
    private readonly generator: string,
    private readonly upstream: LoadProcess,
    readonly pinning: Pinning,
    readonly upstreamPort: number,
  ) {}

  static async start(programs: LoadPrograms, pinning: Pinning): Promise<Load> {
    const [program, ...options] = pinning.command('echo', programs.upstream);
    const upstream = spawn(program, options, { stdio: ['pipe', 'pipe', 'pipe'] });
    const [port] = await linesOf(upstream, 1);
    return new Load(programs.generator, upstream, pinning, Number(port));
  }

  /** One run of the generator; load-generator.c describes its options and its output. */
  async run(
    mode: 'echo' | 'paced' | 'handshake',
    target: ProxyTarget,
    options: LoadOptions,
  ): Promise<LoadResult> {
    const generator = this.#spawn(mode, target, options);
    const timer = setTimeout(() => generator.kill('SIGKILL'), maxRunMs);
    try {
      const [line = ''] = await linesOf(generator, 1);
      if (generator.exitCode === null) await once(generator, 'exit');
      return this.#result(line);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves once all connections are open and have echoed a message. */
  async hold(target: ProxyTarget, options: LoadOptions): Promise<HeldConnections> {
    const generator = this.#spawn('idle', target, options);
    await linesOf(generator, 1);
    return {
      end: async () => {
        if (generator.exitCode !== null) throw new Error('the idle connections did not last');
        generator.stdin.end();
        await once(generator, 'exit');
      },
    };
  }

  async stop(): Promise<void> {
    this.upstream.stdin.end();
    if (this.upstream.exitCode === null) await once(this.upstream, 'exit');
  }

  #spawn(mode: string, target: ProxyTarget, options: LoadOptions): LoadProcess {
    const processes = [this.upstream.pid, ...target.processes].join(',');
    const { port, path, header } = target;
    const all = Object.entries({ port, path, header, processes, ...options });
    const texts = all.flatMap(([name, value]) => [`--${name}`, String(value)]);
    const [program, ...parameters] = this.pinning.command('load', this.generator, mode, ...texts);
    return spawn(program, parameters, { stdio: ['pipe', 'pipe', 'pipe'] });
  }

  #result(line: string): LoadResult {
    const { processes, ...raw } = resultSchema.parse(JSON.parse(line));
    const [upstream, ...proxy] = processes;
    const sum = (part: 'ns' | 'userTicks' | 'systemTicks'): number =>
      proxy.reduce((total, process) => total + process[part], 0);
    return {
      ...raw,
      proxyNs: sum('ns'),
      proxyUserTicks: sum('userTicks'),
      proxySystemTicks: sum('systemTicks'),
      upstreamNs: upstream?.ns ?? 0,
    };
  }
}

/** The first lines of a program's output; rejects with its error output if it ends before. */
async function linesOf(program: LoadProcess, count: number): Promise<string[]> {
  const lines: string[] = [];
  let errors = '';
  program.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  for await (const line of createInterface({ input: program.stdout })) {
    lines.push(line);
    if (lines.length === count) return lines;
  }
  throw new Error(`the load failed: ${errors}`);
}
