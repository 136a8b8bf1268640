import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SluiceProcess } from '../support/sluice-process.js';
import { adminToken, testSettings } from '../support/sluice-settings.js';
import { OperatedGateway, type Whereabouts } from './operated-gateway.js';

/** All of Sluice in a process of its own, as it was built; its end is what an attack is after. */
export class GatewayProcess extends OperatedGateway {
  private constructor(
    whereabouts: Whereabouts,
    private readonly program: SluiceProcess,
    private readonly folder: string,
  ) {
    super(whereabouts);
  }

  /** `engine` is its SLUICE_ENGINE. */
  static async start(engine: string): Promise<GatewayProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-attack-'));
    const resolver = fileURLToPath(new URL('stand-in-resolver.js', import.meta.url));
    const program = SluiceProcess.start('all-in-one', {
      ...testSettings,
      NODE_OPTIONS: `--import=${resolver}`,
      SLUICE_DATA_DIR: folder,
      SLUICE_ADMIN_TOKEN: adminToken,
      SLUICE_UPSTREAM_ALLOW: '127.0.0.1/32',
      SLUICE_ENGINE: engine,
      SLUICE_LOG_LEVEL: 'warn',
    });
    const { api: apiUrl, gateways, gatewayAdmin: adminUrl } = await program.urls();
    const gatewayUrl = gateways[0] ?? '';
    const whereabouts = { apiUrl, gatewayUrl, adminUrl, adminToken, findsStandInNames: true };
    return new GatewayProcess(whereabouts, program, folder);
  }

  override async expectUnharmed(): Promise<void> {
    await super.expectUnharmed();
    // Warnings are what a terminal is to show of refused requests; errors are faults.
    const complaints = this.program.output.split('\n').filter((line) => /"level":[56]0/.test(line));
    assert.deepEqual(complaints, [], 'the gateway logged that something went wrong');
  }

  override async close(): Promise<void> {
    const { exitCode, output } = await this.program.stop();
    await rm(this.folder, { recursive: true, force: true });
    if (exitCode !== 0) throw new Error(`the gateway ended with ${exitCode}:\n${output}`);
  }
}
