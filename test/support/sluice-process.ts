import { resolve } from 'node:path';
import { ChildProgram, type ChildProgramInput } from './child-program.js';

export type App = 'api' | 'gateway' | 'echo' | 'all-in-one';

/** How an app is started where it is not just run. */
export interface Launch extends Partial<Pick<ChildProgramInput, 'name' | 'logFolder' | 'onUnexpectedExit'>> {
  /** In place of the app's own main file. */
  main?: string;
  nodeOptions?: readonly string[];
  /** The most files that it may have open. */
  openFiles?: number;
  /** A command that runs the given one, on its own processor for instance. */
  wrap?: (...command: ChildProgramInput['command']) => ChildProgramInput['command'];
}

/** The URLs that an app has printed when it listens; empty where it has no such listener. */
export interface SluiceUrls {
  api: string;
  /** Those of its listeners, the first without TLS where it has one. */
  gateways: string[];
  gatewayAdmin: string;
  /** The route of the tenant `demo` at the gateway. */
  demo: string;
}

/** An app of Sluice, as it was built, in its own process. */
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

  /** Starts it with nothing in its environment but the settings, and PATH. */
  static start(app: App, settings: Readonly<Record<string, string>>, launch?: Launch): SluiceProcess {
    return new SluiceProcess(app, settings, launch).start();
  }

  /** Resolves when it listens; rejects when it exits before. */
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

/** A file of the build. Tests and scripts run in the folder of the repository, whether they were built themselves or not. */
export function builtFile(path: string): string {
  return resolve('dist', path);
}
