import { resolve } from 'node:path';
import { ChildProgram, type ChildProgramInput } from './child-program.js';

export type App = 'api' | 'gateway' | 'echo' | 'all-in-one';

/** Options for starting an app. */
export interface Launch extends Partial<Pick<ChildProgramInput, 'name' | 'logFolder' | 'onUnexpectedExit'>> {
  /** Replaces the main file of the app. */
  main?: string;
  nodeOptions?: readonly string[];
  /** The limit of open files. */
  openFiles?: number;
  /** A command that runs the app, for example `taskset` with a processor. */
  wrap?: (...command: ChildProgramInput['command']) => ChildProgramInput['command'];
}

/** The URLs that an app prints when it listens; empty if it has no such listener. */
export interface SluiceUrls {
  api: string;
  /** The URLs of the client listeners, those without TLS first. */
  gateways: string[];
  gatewayAdmin: string;
  /** The route of the tenant `demo` at the gateway. */
  demo: string;
}

/** A built app of Sluice in a separate process. */
export class SluiceProcess extends ChildProgram {
  constructor(
    readonly app: App,
    settings: Readonly<Record<string, string>>,
    {
      name = app,
      main = builtFile(`apps/${app}/main.js`),
      nodeOptions = [],
      openFiles,
      wrap,
      ...input
    }: Launch = {},
  ) {
    const node: ChildProgramInput['command'] = [process.execPath, ...nodeOptions, main];
    const command: ChildProgramInput['command'] =
      openFiles === undefined ? node : ['sh', '-c', `ulimit -n ${openFiles}; exec "$@"`, 'sh', ...node];
    super({
      ...input,
      name,
      command: wrap?.(...command) ?? command,
      environment: { PATH: process.env['PATH'] ?? '', ...settings },
    });
  }

  /** Starts the app with only the settings and PATH in its environment. */
  static start(app: App, settings: Readonly<Record<string, string>>, launch?: Launch): SluiceProcess {
    return new SluiceProcess(app, settings, launch).start();
  }

  /** Resolves when the app listens; rejects if it exits before. */
  async urls(): Promise<SluiceUrls> {
    if (this.app === 'all-in-one') {
      const [, api = ''] = await this.printed(/API +(http:\S+)\/v1/);
      const [, gateway = ''] = await this.printed(/gateway +(ws:\S+)/);
      const [, gatewayAdmin = ''] = await this.printed(/health and metrics: (http:[^)]+)\)/);
      const [, demo = ''] = await this.printed(/Try it.*?(ws:\S+)/);
      return { api, gateways: [gateway], gatewayAdmin, demo };
    }
    const [line] = await this.printed(/^.* listens?".*\n/m);
    const { url = '', urls = [], adminUrl = '' } = JSON.parse(line) as StartLine;
    return { api: url, gateways: urls, gatewayAdmin: adminUrl, demo: '' };
  }
}

interface StartLine {
  url?: string;
  urls?: string[];
  adminUrl?: string;
}

/** The path of a built file. Tests and scripts run in the repository's folder, built or not. */
export function builtFile(path: string): string {
  return resolve('dist', path);
}
