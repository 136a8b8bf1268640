import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Program } from '../support/program.js';
import { OperatedGateway, type Whereabouts } from './operated-gateway.js';

const adminToken = 'the-admin-token-of-the-attack';

/** All of Sluice in a process of its own, as it was built; its end is what an attack is after. */
export class GatewayProcess extends OperatedGateway {
  private constructor(
    whereabouts: Whereabouts,
    private readonly program: Program,
    private readonly folder: string,
  ) {
    super(whereabouts);
  }

  /** `engine` is its SLUICE_ENGINE. */
  static async start(engine: string): Promise<GatewayProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-attack-'));
    const resolver = fileURLToPath(new URL('stand-in-resolver.js', import.meta.url));
    const program = Program.start('all-in-one', {
      NODE_OPTIONS: `--import=${resolver}`,
      SLUICE_DATA_DIR: folder,
      SLUICE_ADMIN_TOKEN: adminToken,
      SLUICE_API_LISTEN: '127.0.0.1:0',
      SLUICE_GATEWAY_LISTEN: '127.0.0.1:0',
      SLUICE_GATEWAY_ADMIN_LISTEN: '127.0.0.1:0',
      SLUICE_ECHO_LISTEN: '127.0.0.1:0',
      SLUICE_UPSTREAM_ALLOW: '127.0.0.1/32',
      SLUICE_MAX_PENDING_PER_ADDRESS: '0',
      SLUICE_DRAIN_SECONDS: '1',
      SLUICE_ENGINE: engine,
      SLUICE_LOG_LEVEL: 'warn',
    });
    const [, apiUrl = ''] = await program.printed(/API +(http:\S+)\/v1/);
    const [, gatewayUrl = ''] = await program.printed(/gateway +(ws:\S+)/);
    const [, adminUrl = ''] = await program.printed(/health and metrics: (http:[^)]+)\)/);
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
