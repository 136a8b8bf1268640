import { ChildProgram } from '../../../support/child-program.js';
import type { ProxyInput, RunningProxy } from '../proxy.js';
import { untilOpen } from '../until-open.js';

interface ProxyProgram {
  name: string;
  program: string;
  options: readonly string[];
  environment?: Record<string, string>;
  port: number;
  version: string;
}

/** Starts a peer with a single program on the processor for proxies; resolves once it forwards. */
export async function startProxyProgram(
  { pinning, folder, probe }: ProxyInput,
  { name, program, options, environment = {}, port, version }: ProxyProgram,
): Promise<RunningProxy> {
  const child = new ChildProgram({
    name,
    command: pinning.command('proxy', program, ...options),
    environment: { PATH: process.env['PATH'], HOME: folder, ...environment },
    logFolder: folder,
  }).start();
  const target = { port, path: '/echo', header: '' };
  await untilOpen(child, target, probe);
  const processes = await child.processes();
  return {
    ...target,
    version,
    processes,
    log: () => child.log(),
    stop: async () => {
      await child.stop();
    },
  };
}
