import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

export interface CommandEnd {
  exitCode: number | string | null | undefined;
  output: string;
}

/** Runs `npm run sluice -- <words>` with nothing in its environment but what is given, and PATH. */
export function runSluice(environment: Record<string, string>, ...words: string[]): Promise<CommandEnd> {
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  return new Promise((settle) => {
    execFile(process.execPath, [resolve('scripts/sluice.mjs'), ...words], { env }, (error, stdout, stderr) =>
      settle({ exitCode: error ? error.code : 0, output: stdout + stderr }),
    );
  });
}

/** How the command reaches an API as its operator. */
export function operatorOf({
  apiUrl,
  adminToken,
}: {
  apiUrl: string;
  adminToken: string;
}): Record<string, string> {
  return { SLUICE_API_URL: apiUrl, SLUICE_ADMIN_TOKEN: adminToken };
}
