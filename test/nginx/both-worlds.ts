import type { Socket } from 'node:net';
import { resolve } from 'node:path';
import { connect as connectTls } from 'node:tls';
import type { Finding } from '#libs/nginx-import';
import { freePort } from '../support/free-port.js';
import { startNginx, type RunningNginx } from '../support/nginx.js';
import { openSocket, parseAnswer, upgradeRequest } from '../support/raw-request.js';
import type { SluiceInProcess } from '../support/start-sluice.js';
import { questionHeader, Witness, type Seen } from './witness.js';

export interface Question {
  host: string;
  path: string;
  headers?: Record<string, string>;
  /** The port of the server in the configuration; by default its first port. */
  port?: string;
  /** Whether the connection stays open until the end. */
  isKept?: boolean;
}

/** The outcome of a handshake; `seen` is null if no upstream accepted it. */
export interface Outcome {
  status: number;
  headers: Readonly<Record<string, string>>;
  seen: Seen | null;
}

interface ImportAnswer {
  warnings: Finding[];
  hints: Finding[];
}

let questions = 0;

/** One configuration in a real nginx, and imported into a Sluice, with the same upstreams for both. */
export class BothWorlds {
  readonly #kept: Socket[] = [];

  private constructor(
    readonly imported: ImportAnswer,
    private readonly sluice: SluiceInProcess,
    private readonly nginx: RunningNginx,
    private readonly listeners: ReadonlyMap<string, Listener>,
    private readonly witnesses: ReadonlyMap<string, Witness>,
    private readonly seen: Map<string, Seen>,
  ) {}

  /** Addresses `127.0.0.1:PORT` of upstreams, and the ports of `listen`, are replaced by free ones. */
  static async start(sluice: SluiceInProcess, text: string): Promise<BothWorlds> {
    const seen = new Map<string, Seen>();
    const witnesses = new Map<string, Witness>();
    for (const port of portsIn(text, /127\.0\.0\.1:([0-9]+)/g)) {
      witnesses.set(port, await Witness.start(port, seen));
    }
    const upstreams = text.replace(/127\.0\.0\.1:([0-9]+)/g, (_, port: string) => {
      return `127.0.0.1:${witnesses.get(port)?.port ?? 0}`;
    });
    const listeners = await listenersIn(text);
    const files = { 'nginx.conf': asNginxRunsIt(upstreams, listeners) };
    const imported = await sluice.rest.call(
      'POST',
      '/import/nginx?apply=true',
      { files: { 'nginx.conf': upstreams }, tenant: 'imported' },
      { prefer: 'wait=10' },
    );
    const [first] = listeners.values();
    const nginx = await startNginx(files, first?.port ?? 0);
    return new BothWorlds(imported as unknown as ImportAnswer, sluice, nginx, listeners, witnesses, seen);
  }

  async askNginx(question: Question): Promise<Outcome> {
    const [first] = this.listeners.values();
    const listener = question.port === undefined ? first : this.listeners.get(question.port);
    if (listener === undefined) throw new Error(`nginx does not listen on ${String(question.port)}`);
    return this.#ask(listener, question);
  }

  askSluice(question: Question): Promise<Outcome> {
    return this.#ask({ port: Number(new URL(this.sluice.gatewayUrl).port), isTls: false }, question);
  }

  /** How many handshakes the upstream with this port in the configuration got since the last call. */
  takeReceived(port: string): number {
    return this.witnesses.get(port)?.takeReceived() ?? 0;
  }

  async stop(): Promise<void> {
    for (const socket of this.#kept) socket.destroy();
    await this.nginx.stop();
    await Promise.all([...this.witnesses.values()].map((witness) => witness.stop()));
    await this.sluice.rest.call('DELETE', '/tenants/imported', undefined, { prefer: 'wait=10' });
  }

  async #ask(
    { port, isTls }: Listener,
    { host, path, headers = {}, isKept = false }: Question,
  ): Promise<Outcome> {
    questions += 1;
    const id = String(questions);
    const socket = isTls
      ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
      : await openSocket(port);
    socket.on('error', () => undefined);
    const head = headOf(socket);
    socket.write(upgradeRequest(path, { Host: host, [questionHeader]: id, ...headers }));
    const text = await head;
    if (isKept) this.#kept.push(socket);
    else socket.destroy();
    const { status, headers: answered } = text === '' ? { status: 0, headers: {} } : parseAnswer(text);
    return { status, headers: answered, seen: status === 101 ? (this.seen.get(id) ?? null) : null };
  }
}

/** The head of the answer; less of it where the connection ends before. */
function headOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const onEnd = (): void => resolve(text);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.includes('\r\n\r\n')) resolve(text);
    });
    socket.once('end', onEnd).once('close', onEnd);
  });
}

interface Listener {
  port: number;
  isTls: boolean;
}

function portsIn(text: string, pattern: RegExp): Set<string> {
  return new Set([...text.matchAll(pattern)].map(([, port = '']) => port));
}

const listen = /^(\s*listen\s+)(\[::\]:)?([0-9]+)(.*;)/gm;

async function listenersIn(text: string): Promise<Map<string, Listener>> {
  const listeners = new Map<string, Listener>();
  for (const [, , , port = '', rest = ''] of text.matchAll(listen)) {
    if (!listeners.has(port)) listeners.set(port, { port: await freePort(), isTls: rest.includes('ssl') });
  }
  return listeners;
}

/** The same configuration with free ports, existing certificates, and files in the folder of the test. */
function asNginxRunsIt(text: string, listeners: ReadonlyMap<string, Listener>): string {
  const certificates = resolve('test', 'support', 'certificates');
  const withPorts = text
    .replace(listen, (_, before: string, ipv6: string | undefined, port: string, rest: string) =>
      ipv6 === undefined ? `${before}127.0.0.1:${listeners.get(port)?.port ?? 0}${rest}` : '',
    )
    .replace(/^(\s*ssl_certificate\s+).*;/gm, `$1${certificates}/default.crt;`)
    .replace(/^(\s*ssl_certificate_key\s+).*;/gm, `$1${certificates}/default.key;`)
    .replace(/^\s*(?:access_log|error_log|pid|user|include)\s.*;/gm, '');
  const hasHttp = /^http\s*\{/m.test(withPorts);
  const log = 'pid nginx.pid; error_log stderr crit;';
  return hasHttp ? `${log}\n${withPorts}` : `${log} events {} http { access_log off; ${withPorts}\n}`;
}
