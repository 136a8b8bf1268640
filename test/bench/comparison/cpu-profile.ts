import { z } from 'zod';

/** The used fields of a profile of V8 (Chrome DevTools Protocol, Profiler.Profile). */
export const cpuProfileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  samples: z.array(z.number()),
  /** Microseconds since the previous sample. */
  timeDeltas: z.array(z.number()),
});

export type CpuProfile = z.output<typeof cpuProfileSchema>;

export interface TimeShare {
  name: string;
  /** The share of the time in which the process was not idle, from 0 to 1. */
  share: number;
}

type CallFrame = CpuProfile['nodes'][number]['callFrame'];

/** Self time by function, in descending order. */
export function timeByFunction(profile: CpuProfile): TimeShare[] {
  return sharesBy(profile, ({ functionName, url, lineNumber }) => {
    const place = url === '' ? '' : ` ${shortUrl(url)}:${lineNumber + 1}`;
    return `${functionName || '(anonymous)'}${place}`;
  });
}

/** Self time by the origin of the code: Sluice's folders, packages, Node's modules, the engine. */
export function timeByOrigin(profile: CpuProfile): TimeShare[] {
  return sharesBy(profile, originOf);
}

function originOf({ functionName, url }: CallFrame): string {
  if (url === '')
    return functionName.startsWith('(') ? functionName : 'native functions, with their system calls';
  const [, packageName] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (packageName !== undefined) return packageName;
  const [, folder] = /\/dist\/((?:libs|apps)\/[^/]+)/.exec(url) ?? [];
  return folder ?? url.split('/').slice(0, 2).join('/');
}

function shortUrl(url: string): string {
  return /\/(?:dist|node_modules)\/(.*)$/.exec(url)?.[1] ?? url;
}

function sharesBy(profile: CpuProfile, nameOf: (frame: CallFrame) => string): TimeShare[] {
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  let whole = 0;
  profile.samples.forEach((id, index) => {
    // A sample represents the time until the next sample.
    const micros = Math.max(0, profile.timeDeltas[index + 1] ?? 0);
    const name = names.get(id) ?? '(unknown)';
    if (name === '(idle)') return;
    times.set(name, (times.get(name) ?? 0) + micros);
    whole += micros;
  });
  const shares = [...times].map(([name, micros]) => ({ name, share: micros / whole }));
  return shares.sort((one, other) => other.share - one.share);
}
